using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Tokens;

/// <summary>An administrator and the clients that it adds.</summary>
public abstract class StoredClientTest : GatehouseTest
{
    private protected string Admin { get; set; } = null!;

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        Settings = new Dictionary<string, string?> { ["Authorization:Roles:integrator"] = "clients:read clients:write samples:read", ["Tokens:MaxAccessTokenLifetime"] = "01:00:00" },
    };

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await Host.AddUserAsync("root", "admin");
        Admin = (await Host.SignInAsync("root")).AccessToken;
    }

    private protected static async Task AssertDeniedAsync(Task<HttpResponseMessage> answer, string missing)
    {
        using var response = await answer;
        var problem = await response.ReadProblemAsync(HttpStatusCode.Forbidden, "access-denied");
        Assert.Contains(missing, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    private protected static async Task<string> ReadSecretAsync(HttpResponseMessage response) => (await response.ReadJsonAsync()).GetProperty("secret").GetString()!;

    private protected IEnumerable<string?> Events() => Host.Logs.GetSnapshot().Select(static record => record.Id.Name).Where(static name => name is "ClientCreated" or "ClientChanged" or "ClientRemoved");

    private protected Task<HttpResponseMessage> CreateAsync(string id, params string[] scopes) => CreateByAsync(Admin, id, scopes);

    private protected Task<HttpResponseMessage> CreateByAsync(string token, string id, params string[] scopes) =>
        Host.SendAsync(HttpMethod.Post, "/clients", token, JsonContent.Create(new { id, scopes }));

    private protected Task<HttpResponseMessage> CreateAsync<T>(T client) => Host.SendAsync(HttpMethod.Post, "/clients", Admin, JsonContent.Create(client));

    private protected Task<HttpResponseMessage> PatchAsync<T>(string token, string id, T change) =>
        Host.SendAsync(HttpMethod.Patch, $"/clients/{id}", token, JsonContent.Create(change), "*");

    private protected Task<HttpResponseMessage> AddSecretAsync(string id, string ifMatch) => Host.SendAsync(HttpMethod.Post, $"/clients/{id}/secrets", Admin, ifMatch: ifMatch);

    private protected Task<HttpResponseMessage> PostAsync(string id, string secret) =>
        Host.PostFormAsync("/token", ("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret));

    private protected async Task<HttpStatusCode> AuthenticateAsync(string id, string secret)
    {
        using var response = await PostAsync(id, secret);
        return response.StatusCode;
    }

    private protected async Task<string> GetTokenAsync(string id, string secret)
    {
        using var response = await PostAsync(id, secret);
        return (await Hosting.Tokens.ReadAsync(response)).AccessToken;
    }

    private protected async Task<HttpStatusCode> ReadSamplesAsync(string token)
    {
        using var response = await Host.GetAsync(ProtectedFunctions.Path, token);
        return response.StatusCode;
    }
}
