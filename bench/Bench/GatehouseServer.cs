using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Bench;

/// <summary>local/Host with demo data in a folder of its own, its limits out of the way of a load from one address.</summary>
internal sealed class GatehouseServer : IDisposable
{
    public static readonly Uri Url = new("http://127.0.0.1:7181");

    /// <summary>The <c>iss</c> of its tokens.</summary>
    public static readonly string Issuer = Url.GetLeftPart(UriPartial.Authority);

    private readonly string _dataFolder;
    private readonly Server _server;
    private string? _credentials;

    private GatehouseServer(string dataFolder, Server server)
    {
        _dataFolder = dataFolder;
        _server = server;
        Client = CreateClient();
    }

    public Server Server => _server;

    public HttpClient Client { get; }

    /// <summary>A client whose bodies announce their length: Gatehouse answers those in chunks with 411.</summary>
    public static HttpClient CreateClient() => new(new SizedBodies { InnerHandler = new SocketsHttpHandler() }) { BaseAddress = Url };

    /// <summary>The built program of a project that was built with this one.</summary>
    public static string ProgramOf(string project, string assembly)
    {
        var bin = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", ".."));
        var configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(bin, project, configuration, assembly + ".dll");
    }

    public static async Task<GatehouseServer> StartAsync(string dataFolder, params string[] settings)
    {
        // The limiter works with each request, as it would in production; it only never refuses.
        string[] arguments =
        [
            "--urls", Url.ToString(), "--data", dataFolder, "--environment", "Development", "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Gatehouse.Audit=None",
            "--RateLimits:Default:PermitLimit=1000000", "--RateLimits:Default:Window=00:00:01",
            "--RateLimits:Routes:Token:PermitLimit=1000000", "--RateLimits:Routes:Token:Window=00:00:01",
            "--RateLimits:Routes:Authenticate:PermitLimit=1000000", "--RateLimits:Routes:Authenticate:Window=00:00:01",
            "--RateLimits:UserName:PermitLimit=1000000", "--RateLimits:UserName:Window=00:00:01",
            "--RateLimits:Password:PermitLimit=1000000", "--RateLimits:Password:Window=00:00:01",
            .. settings,
        ];
        return new GatehouseServer(dataFolder, await Server.StartAsync("Gatehouse", Url, ProgramOf("Host", "Gatehouse.Local"), arguments));
    }

    /// <summary>Different tokens, by client credentials.</summary>
    public async Task<IReadOnlyList<string>> FetchTokensAsync(int count)
    {
        var tokens = new List<string>(count);
        for (var i = 0; i < count; i++)
        {
            tokens.Add(await FetchTokenAsync(proof: null));
        }

        return tokens;
    }

    /// <summary>A token by client credentials, bound to the key of a proof if there is one.</summary>
    public async Task<string> FetchTokenAsync(string? proof)
    {
        _credentials ??= await ReadCredentialsAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/token")
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", _credentials);
        if (proof is not null)
        {
            request.Headers.TryAddWithoutValidation("DPoP", proof);
        }

        using var response = await Client.SendAsync(request);
        return await ReadTokenAsync(response);
    }

    /// <summary>Signs a demo user in, for an access token.</summary>
    public Task<string> SignInAsync(string user) => SignInAsync(user, "access_token");

    /// <summary>Signs a demo user in, for a refresh token.</summary>
    public Task<string> SignInForRefreshAsync(string user) => SignInAsync(user, "refresh_token");

    public void Dispose()
    {
        Client.Dispose();
        _server.Dispose();
    }

    private static async Task<string> ReadTokenAsync(HttpResponseMessage response, string name = "access_token")
    {
        response.EnsureSuccessStatusCode();
        using var document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.GetProperty(name).GetString()!;
    }

    private async Task<string> SignInAsync(string user, string kind)
    {
        var password = (await ReadDemoAsync())[user.ToUpper(CultureInfo.InvariantCulture) + "_PASSWORD"];
        using var response = await Client.PostAsJsonAsync("/authenticate", new { username = user, password });
        return await ReadTokenAsync(response, kind);
    }

    private async Task<string> ReadCredentialsAsync()
    {
        var settings = await ReadDemoAsync();
        return Convert.ToBase64String(Encoding.ASCII.GetBytes($"{settings["CLIENT_ID"]}:{settings["CLIENT_SECRET"]}"));
    }

    private async Task<Dictionary<string, string>> ReadDemoAsync() =>
        (await File.ReadAllLinesAsync(Path.Combine(_dataFolder, "demo.env"))).Select(static line => line.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);

    private sealed class SizedBodies : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content is { } content)
            {
                await content.LoadIntoBufferAsync(cancellationToken);
            }

            return await base.SendAsync(request, cancellationToken);
        }
    }
}
