using Gatehouse.Local;
using Gatehouse.Protection.Http;
using Gatehouse.Tests.Integration.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>Every function gets all its services, whichever storage is used. A store for one storage only would be a 500 on the other.</summary>
public sealed class FunctionConstructionTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EveryFunction_CanBeConstructed(bool usesTables)
    {
        using var folder = new TemporaryFolder();
        await using var host = LocalApplication.CreateBuilder(new HostArguments
        {
            Urls = "http://127.0.0.1:0",
            DataFolder = folder.Path,
            UsesTables = usesTables,
            EnvironmentName = "Development",
            WithDemo = false,

            // All functions but those of registration and passkeys are there by default.
            Settings = new Dictionary<string, string?>
            {
                ["Authentication:Registration"] = "open",
                ["Authentication:Passkeys:RelyingPartyId"] = "localhost",
                ["Authentication:Passkeys:Origins"] = "http://localhost:7071",
            },
        }).Build();
        var classes = host.Services.GetRequiredService<FunctionCatalog>().All
            .Select(static function => function.Method.DeclaringType!)
            .Where(static type => !type.IsAbstract)
            .Distinct()
            .ToArray();

        Assert.NotEmpty(classes);
        Assert.All(classes, type =>
        {
            var failure = Record.Exception(() => ActivatorUtilities.CreateInstance(host.Services, type));
            Assert.True(
                failure is null,
                $"{type.Name} can't be constructed over {(usesTables ? "Table Storage" : "SQLite")}: {failure?.Message} Register the missing service in {(usesTables ? "TableStorageServiceCollectionExtensions" : "SqliteServiceCollectionExtensions")}.");
        });
    }
}
