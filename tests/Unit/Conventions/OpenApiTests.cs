using Gatehouse.OpenApi;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>openapi.json is what the functions and openapi.parts.json say.</summary>
public sealed class OpenApiTests
{
    private const string Folder = "functions/Api/OpenApi/";

    [Fact]
    public void Document_IsWhatTheFunctionsSay() => RepositoryFolder.AssertHolds(
        Folder + "openapi.json",
        OpenApiWriter.Write([typeof(GatehouseBuilderExtensions).Assembly], File.ReadAllText(RepositoryFolder.PathOf(Folder + "openapi.parts.json"))));
}
