using System.Net;
using System.Text;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>An administrator of clients makes a server read keys, but none from the server's own machine.</summary>
public sealed class StoredClientAddressTests : StoredClientTest
{
    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?>(base.CreateOptions().Settings) { ["Tokens:Issuer"] = "https://api.example.com" },
    };

    [Theory]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"jwksUri":"http://127.0.0.1:8080/keys"}""", "jwksUri")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"jwksUri":"https://localhost/keys"}""", "jwksUri")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"jwksUri":"http://[::1]/keys"}""", "jwksUri")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"federated":{"issuer":"http://localhost:8080","subject":"importer"}}""", "federated.issuer")]
    [InlineData("""{"id":"importer","scopes":["samples:read"],"federated":{"issuer":"kubernetes","subject":"importer","jwksUri":"http://localhost:8080/keys"}}""", "federated.jwksUri")]
    public async Task AddressOnLoopback_OfAServerThatIsNot_IsRefused(string json, string field)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Host.SendAsync(HttpMethod.Post, "/clients", Admin, content);

        var problem = await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
        Assert.Equal([field], HttpResponseMessageExtensions.FieldsOf(problem));
    }

    [Fact]
    public async Task AddressElsewhere_IsAccepted()
    {
        using var created = await CreateAsync(new { id = "importer", scopes = new[] { "samples:read" }, jwksUri = "https://importer.example/keys" });

        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
    }
}
