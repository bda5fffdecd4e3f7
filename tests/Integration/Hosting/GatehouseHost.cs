using System.Net.Http.Headers;
using System.Net.Http.Json;
using Gatehouse.Keys;
using Gatehouse.Local;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Gatehouse.Tests.Integration.OpenApi;
using Gatehouse.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Hosting;

/// <summary>All of Gatehouse on a free port, over the <see cref="TestStorage"/> of its own, on a clock that the test turns.</summary>
internal sealed class GatehouseHost : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";
    public const string Issuer = "http://localhost:7071";
    public const string Audience = "gatehouse-tests";
    public const string ClientId = "test-client";
    public const string ClientSecret = "a secret with / + and ü in it";

    private const int FastHashingIterations = 100;

    private readonly WebApplication _host;
    private readonly TemporaryFolder? _folder;

    private GatehouseHost(WebApplication host, FakeTimeProvider time, TemporaryFolder? folder)
    {
        _host = host;
        _folder = folder;
        Time = time;
        Client = new HttpClient(CreateHandler()) { BaseAddress = new Uri(host.Urls.First()) };
    }

    /// <summary>Speaks to the host over a socket, and holds its answers to openapi.json.</summary>
    public HttpClient Client { get; }

    public FakeTimeProvider Time { get; }

    public FakeLogCollector Logs => _host.Services.GetFakeLogCollector();

    public IServiceProvider Services => _host.Services;

    public static async Task<GatehouseHost> StartAsync(GatehouseHostOptions? options = null)
    {
        options ??= new GatehouseHostOptions();
        var folder = options.DataFolder is null ? new TemporaryFolder() : null;
        var time = options.Time ?? new FakeTimeProvider(TestKeys.CreatedOn);
        var dataFolder = options.DataFolder ?? folder!.Path;
        if (options.SigningKey is { } signingKey)
        {
            TestKeys.Write(Path.Combine(dataFolder, "keys"), signingKey);
        }

        var settings = new Dictionary<string, string?>
        {
            ["Tokens:Issuer"] = options.Url ?? Issuer,
            ["Tokens:Audience"] = Audience,

            // Tests send more from one address than anybody should; those about the limits switch them on.
            ["RateLimits:Enabled"] = "false",
            ["Authentication:Registration"] = "open",
            ["Authentication:Passkeys:RelyingPartyId"] = "localhost",
            ["Authentication:Passkeys:Origins"] = "http://localhost:5173",
            ["Clients:0:Id"] = ClientId,
            ["Clients:0:Scopes"] = "samples:read samples:write",
            ["Clients:0:SecretName"] = ClientId,
            ["Authorization:Roles:reader"] = "samples:read",
            ["Authorization:Roles:writer"] = "samples:read samples:write",
            ["Authorization:Roles:owner"] = "samples:read samples:write samples:delete",
        };
        foreach (var (name, value) in options.Settings)
        {
            settings[name] = value;
        }

        var arguments = new HostArguments
        {
            Urls = options.Url ?? "http://127.0.0.1:0",
            DataFolder = dataFolder,
            EnvironmentName = "Development",
            WithDemo = false,
            Settings = settings,
        };
        var builder = LocalApplication.CreateBuilder(options.UsesTables ? await TestStorage.AddTablesAsync(arguments) : await TestStorage.AddAsync(arguments));
        builder.Logging.ClearProviders().AddFakeLogging();
        builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time));
        if (!settings.ContainsKey($"{AuthenticationOptions.Section}:{nameof(AuthenticationOptions.HashingIterations)}"))
        {
            builder.Services.AddSingleton(HashFast);
        }

        options.Configure(builder);
        var functions = typeof(ProtectedFunctions).Assembly;
        builder.AddFunctions(functions);
        builder.Services.AddSingleton(functions);

        var host = builder.Build();
        await host.StartAsync();
        var started = new GatehouseHost(host, time, folder);
        if (options.HasClientSecret)
        {
            await started.AddClientSecretAsync();
        }

        return started;
    }

    // Fewer iterations than any setting allows, or hashing would be most of the suite's work. A test about hashing sets the number.
    private static IOptions<AuthenticationOptions> HashFast(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptionsFactory<AuthenticationOptions>>().Create(Options.DefaultName);
        options.HashingIterations = FastHashingIterations;
        return Options.Create(options);
    }

    /// <summary>For a client of one's own, whose answers are held to openapi.json too.</summary>
    public HttpMessageHandler CreateHandler()
    {
        // Functions that a test brought along are not described there; those that are switched off are, but not here.
        var functions = Services.GetRequiredService<FunctionCatalog>();
        var foreign = functions.All.Where(endpoint => functions.IsSwitchedOff(endpoint.Name) || endpoint.Method.Module.Assembly != typeof(GatehouseBuilderExtensions).Assembly).ToArray();
        var allowsOrigins = Services.GetRequiredService<IOptions<ProtectionOptions>>().Value.AllowedOrigins.Length > 0;
        return new DescribedApiHandler(new SocketsHttpHandler(), path => foreign.Any(endpoint => endpoint.Matches(path)), allowsOrigins);
    }

    /// <summary>Adds a user with <see cref="Password"/>.</summary>
    public async Task<User> AddUserAsync(string name, params string[] roles)
    {
        Assert.True(UserName.TryParse(name, out var userName));
        var user = await Services.GetRequiredService<IUserStore>().TryAddAsync(
            new User
            {
                Id = Guid.NewGuid().ToString("N"),
                Name = userName,
                PasswordHash = await Services.GetRequiredService<PasswordHashing>().HashAsync(Password, TestContext.Current.CancellationToken),
                Roles = [.. roles],
                CreatedAt = Time.GetUtcNow(),
            },
            TestContext.Current.CancellationToken);
        return Assert.IsType<User>(user);
    }

    /// <summary>Gives the test client its secret.</summary>
    public async Task AddClientSecretAsync() =>
        await Services.GetRequiredService<FileSecretSource>().AddVersionAsync(ClientId, ClientSecret, "text/plain", TestContext.Current.CancellationToken);

    /// <summary>Signs a user in over HTTP.</summary>
    public async Task<Tokens> SignInAsync(string name)
    {
        using var response = await Client.PostAsJsonAsync("/authenticate", new { username = name, password = Password }, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return await Tokens.ReadAsync(response);
    }

    /// <summary>Adds a user with a role and signs it in.</summary>
    public async Task<Tokens> SignInAsAsync(string role)
    {
        var name = $"{role}-{Guid.NewGuid():N}";
        await AddUserAsync(name, role);
        return await SignInAsync(name);
    }

    /// <summary>Sends a request with a token, if there is one.</summary>
    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? token = null, HttpContent? content = null, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(method, path) { Content = content };
        if (token is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        if (ifMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        }

        return Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(string path, string? token = null) => SendAsync(HttpMethod.Get, path, token);

    /// <summary>Posts a form to an OAuth endpoint.</summary>
    public Task<HttpResponseMessage> PostFormAsync(string path, params (string Name, string Value)[] fields) =>
        SendAsync(HttpMethod.Post, path, content: new FormUrlEncodedContent(fields.Select(static field => KeyValuePair.Create(field.Name, field.Value))));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        _folder?.Dispose();
    }
}
