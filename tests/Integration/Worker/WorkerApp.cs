using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.Keys;
using Gatehouse.Products;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.OpenApi;
using Gatehouse.Tests.Integration.Tables;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Integration.Worker;

/// <summary>
/// The function app on the real worker in this process, with its data in Azurite, its secrets in files, and an administrator
/// and a client that can sign in. One for all tests of a class.
/// </summary>
public sealed class WorkerApp : IAsyncDisposable
{
    internal const string Admin = "root@example.com";
    internal const string Audience = "gatehouse-tests";
    internal const string Issuer = "https://api.example.com";

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<Task<FunctionHost.FunctionHost>> _host;

    /// <summary>For the tests' framework. Nothing is started before the first test asks.</summary>
    public WorkerApp() => _host = new Lazy<Task<FunctionHost.FunctionHost>>(StartAsync);

    /// <summary>Starts it unless it runs. Skips the test where there is no Node.</summary>
    internal async Task<FunctionHost.FunctionHost> GetHostAsync()
    {
        await Azurite.GetAsync();
        return await _host.Value;
    }

    /// <summary>A client whose answers are held to openapi.json.</summary>
    internal async Task<HttpClient> CreateClientAsync() =>
        new(new DescribedApiHandler(new SocketsHttpHandler(), static path => path == "/docs" || path.StartsWith("/docs/", StringComparison.Ordinal), allowsOrigins: true))
        {
            BaseAddress = (await GetHostAsync()).Url,
        };

    /// <summary>A client that sends the token of an administrator.</summary>
    internal async Task<HttpClient> SignInAsync()
    {
        var client = await CreateClientAsync();
        using var response = await client.PostAsJsonAsync("/authenticate", new { username = Admin, password = GatehouseHost.Password }, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await Hosting.Tokens.ReadAsync(response)).AccessToken);
        return client;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_host.IsValueCreated)
        {
            await (await _host.Value).DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>The app settings, and the secrets and tables that they lead to.</summary>
    internal async Task<Dictionary<string, string>> CreateSettingsAsync()
    {
        var azurite = await Azurite.GetAsync();
        var keys = Path.Combine(_folder.Path, "keys");
        TestKeys.Write(keys, TestKeys.Rsa);
        var secrets = new FileSecretSource(Options.Create(new KeysOptions { Folder = keys }), TimeProvider.System, NullLogger<FileSecretSource>.Instance);
        await secrets.AddVersionAsync(GatehouseHost.ClientId, GatehouseHost.ClientSecret, "text/plain", CancellationToken.None);
        var admin = JsonSerializer.Serialize(new { username = Admin, passwordHash = new PasswordHasher<string>().HashPassword(Admin, GatehouseHost.Password) });
        await secrets.AddVersionAsync("bootstrap-admin", admin, "application/json", CancellationToken.None);
        return new Dictionary<string, string>
        {
            ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
            ["Tokens__Issuer"] = Issuer,
            ["Tokens__Audience"] = Audience,
            ["Keys__Folder"] = keys,
            ["Storage__ConnectionString"] = azurite.ConnectionString,
            ["Storage__TablePrefix"] = Azurite.CreatePrefix(),
            ["Clients__0__Id"] = GatehouseHost.ClientId,
            ["Clients__0__Scopes"] = "products:read products:write tokens:introspect",
            ["Clients__0__SecretName"] = GatehouseHost.ClientId,
            ["Authentication__HashingIterations"] = "100000",
            ["Protection__AllowedOrigins"] = "https://app.example.com",
            ["RateLimits__Enabled"] = "false",
        };
    }

    /// <summary>Starts another host with settings of its own.</summary>
    internal static Task<FunctionHost.FunctionHost> StartAsync(IReadOnlyDictionary<string, string> settings, Action<IServiceCollection>? configure = null) =>
        FunctionHost.FunctionHost.StartAsync<Product>(
            options =>
            {
                foreach (var (name, value) in settings)
                {
                    options.Settings[name] = value;
                }

                options.ConfigureServices(configure ?? (static _ => { }));
            },
            TestContext.Current.CancellationToken);

    private async Task<FunctionHost.FunctionHost> StartAsync() => await StartAsync(await CreateSettingsAsync());
}
