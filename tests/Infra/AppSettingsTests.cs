using System.Globalization;
using Gatehouse.Keys;
using Gatehouse.Local.Functions;
using Gatehouse.Protection.Http;
using Gatehouse.Storage.Tables;
using Gatehouse.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Infra;

/// <summary>The app starts with the settings of the template.</summary>
public sealed class AppSettingsTests
{
    [Fact]
    public async Task SettingsOfTheTemplate_StartTheApp()
    {
        var settings = await AppSettings.ReadAsync();
        await using var host = Build(settings);
        host.Services.GetRequiredService<IStartupValidator>().Validate();

        Assert.Equal(settings["Tokens__Issuer"], Get<TokensOptions>(host).Issuer?.TrimEnd('/'));
        Assert.Equal(settings["Tokens__Audience"], Get<TokensOptions>(host).Audience);
        Assert.Equal(new Uri(settings["Keys__VaultUri"]), Get<KeysOptions>(host).VaultUri);
        Assert.Equal(settings["Storage__AccountName"], Get<StorageOptions>(host).AccountName);
        Assert.True(Get<HttpOptions>(host).TrustForwardedFor);
    }

    [Theory]
    [InlineData("Tokens__Issuer", "Tokens:Issuer")]
    [InlineData("Tokens__Audience", "Tokens:Audience")]
    [InlineData("Keys__VaultUri", "Keys:VaultUri")]
    [InlineData("Storage__AccountName", "Storage:AccountName")]
    public async Task SettingsOfTheTemplate_WithoutARequiredOne_DoNotStartTheApp(string setting, string named)
    {
        var settings = await AppSettings.ReadAsync();
        Assert.True(settings.Remove(setting));
        await using var host = Build(settings);
        var failure = Assert.ThrowsAny<Exception>(() => host.Services.GetRequiredService<IStartupValidator>().Validate());
        Assert.Contains(named, failure.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SettingsOfTheTemplate_AreKnown_ToTheAppOrThePlatform()
    {
        // A misspelled name would have no effect.
        string[] platform = ["AzureWebJobs", "AZURE_", "APPLICATIONINSIGHTS_", "FUNCTIONS_"];
        var known = await File.ReadAllTextAsync(RepositoryFolder.PathOf("docs/configuration.md"), TestContext.Current.CancellationToken);
        foreach (var name in (await AppSettings.ReadAsync()).Keys.Where(name => !platform.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal))))
        {
            Assert.Contains($"`{name.Replace("__", ":", StringComparison.Ordinal)}`", known, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task BodyLimitOfTheHost_IsSlightlyAboveTheAppsLimit()
    {
        var limit = int.Parse((await AppSettings.ReadAsync())["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"], CultureInfo.InvariantCulture);

        Assert.InRange(limit, RequestBody.MaxBytes + 1, 2 * RequestBody.MaxBytes);
    }

    private static T Get<T>(WebApplication host)
        where T : class => host.Services.GetRequiredService<IOptions<T>>().Value;

    // As functions/Program.cs does, in Azure's environment.
    private static WebApplication Build(Dictionary<string, string> settings)
    {
        var builder = new FunctionHostBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = Environments.Production });
        builder.Configuration.AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), (string?)setting.Value)));
        builder.AddGatehouse();
        builder.Services.AddTableStorage(builder.Configuration);
        return builder.Build();
    }
}
