using System.Net;
using System.Text.Json.Nodes;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Issuers;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>A client that authenticates by a token of another issuer, here of GitHub Actions (RFC 7523 §2.2).</summary>
public abstract class FederatedClientTest : IssuerTest
{
    private protected const string GitHub = "https://token.actions.githubusercontent.com";
    private protected const string Client = "importer";
    private protected const string Audience = "https://api.example.com";
    private protected const string Type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private const string Platform = "GitHub Actions";

    protected FederatedClientTest() => Workloads = new StandInIssuer(Network, Time, GitHub);

    private protected StandInIssuer Workloads { get; }

    private protected Task<GatehouseHost> StartClientAsync(params (string Name, string Value)[] identity) =>
        StartWithAsync(Settings(1, Client, "production").Concat(identity.Select(static setting => KeyValuePair.Create("Clients:1:Federated:" + setting.Name, (string?)setting.Value))).ToDictionary());

    private protected static Dictionary<string, string?> Settings(int place, string client, string environment) => new()
    {
        [$"Clients:{place}:Id"] = client,
        [$"Clients:{place}:Scopes"] = "samples:read tokens:introspect",
        [$"Clients:{place}:Federated:Issuer"] = GitHub,
        [$"Clients:{place}:Federated:Subject"] = $"repo:your-org/your-repo:environment:{environment}",
        [$"Clients:{place}:Federated:Audience"] = Audience,
        [$"Clients:{place}:Federated:Claims:repository_id"] = "123456789",
        [$"Clients:{place}:Federated:Claims:ref"] = "refs/heads/main",
    };

    private protected string Create(Action<JsonObject>? change = null, Action<JsonObject>? changeHeader = null, IssuerKey? key = null) => WorkloadTokens.Create(
        Workloads,
        Platform,
        Time.GetUtcNow(),
        claims =>
        {
            claims["jti"] = Guid.NewGuid().ToString();
            change?.Invoke(claims);
        },
        changeHeader,
        key);

    private protected string With(string claim, JsonNode? value) => Create(claims =>
    {
        claims.Remove(claim);
        if (value is not null)
        {
            claims[claim] = value;
        }
    });

    private protected string WithAccount(string uid) => With("kubernetes.io", new JsonObject { ["serviceaccount"] = new JsonObject { ["uid"] = uid } });

    private protected static (string Name, string Value)[] Fields(string assertion, string client = Client) => [("client_id", client), ("client_assertion_type", Type), ("client_assertion", assertion)];

    private protected static Task<HttpResponseMessage> PostAsync(GatehouseHost host, string assertion, string client = Client) =>
        host.PostFormAsync("/token", [("grant_type", "client_credentials"), .. Fields(assertion, client)]);

    private protected static async Task AssertNotGrantedAsync(GatehouseHost host, string assertion, string? reason = null)
    {
        using var response = await PostAsync(host, assertion);

        Assert.Equal("invalid_client", await response.ReadOAuthErrorAsync(HttpStatusCode.Unauthorized));
        Assert.Equal("private_key_jwt realm=\"gatehouse\"", response.Headers.WwwAuthenticate.ToString());
        if (reason is not null)
        {
            Assert.Contains(host.Logs.GetSnapshot(), record => record.Message.StartsWith($"Client authentication failed: client {Client}, reason {reason},", StringComparison.Ordinal));
        }
    }
}
