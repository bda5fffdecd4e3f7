using Gatehouse.Access;

namespace Gatehouse.Tests.Integration.OpenApi;

/// <summary>The parts of openapi.json that are written by hand agree with the code and with the rest. A unit test holds the rest to the functions.</summary>
public sealed class DocumentTests
{
    private static readonly ApiDescription Api = ApiDescription.Embedded;

    [Fact]
    public void Scopes_AreComplete()
    {
        var scopes = Api.Root.GetProperty("components").GetProperty("securitySchemes").GetProperty("oauth2").GetProperty("flows").GetProperty("clientCredentials").GetProperty("scopes");

        Assert.Equal(Scopes.All, scopes.EnumerateObject().Select(static scope => scope.Name));
    }

    [Fact]
    public void Components_AreAllReferenced()
    {
        var text = Api.Root.GetRawText();
        var components = Api.Root.GetProperty("components").EnumerateObject()
            .Where(static kind => kind.Name != "securitySchemes")
            .SelectMany(static kind => kind.Value.EnumerateObject().Select(component => $"\"#/components/{kind.Name}/{component.Name}\""));

        Assert.All(components, component => Assert.Contains(component, text, StringComparison.Ordinal));
    }

    [Fact]
    public void Version_IsThatOfTheApp()
    {
        var version = typeof(GatehouseBuilderExtensions).Assembly.GetName().Version!;

        Assert.Equal(version.ToString(3), Api.Root.GetProperty("info").GetProperty("version").GetString());
    }
}
