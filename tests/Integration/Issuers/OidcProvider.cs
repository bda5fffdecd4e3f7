using System.Net.Http.Headers;
using System.Text;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Node;

namespace Gatehouse.Tests.Integration.Issuers;

/// <summary>The Node package oidc-provider, a certified OpenID provider, in a process of its own.</summary>
internal sealed class OidcProvider : IAsyncDisposable
{
    public const string Audience = "https://api.example.com";

    private readonly NodeProcess _process;

    private OidcProvider(NodeProcess process, Uri issuer)
    {
        _process = process;
        Issuer = issuer;
    }

    /// <summary>Its issuer, and where it listens.</summary>
    public Uri Issuer { get; }

    /// <param name="port">0 for a free one.</param>
    public static async Task<OidcProvider> StartAsync(int port = 0)
    {
        var process = await NodeProcess.StartAsync("oidc-provider.mjs", [Audience, port.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        var line = await process.WaitForOutputAsync("listening ");
        return new OidcProvider(process, new Uri(line["listening ".Length..]));
    }

    /// <summary>The settings that trust it for reading and writing samples.</summary>
    public Dictionary<string, string?> Settings() => new()
    {
        ["Protection:TrustedIssuers:0:Authority"] = Issuer.OriginalString,
        ["Protection:TrustedIssuers:0:Audience"] = Audience,
        ["Protection:TrustedIssuers:0:Scopes"] = "samples:read samples:write",
    };

    /// <summary>Signs with new keys from now on, and publishes the old ones still.</summary>
    /// <param name="published">How many keys there are then.</param>
    public async Task RotateAsync(int published)
    {
        await _process.WriteLineAsync("rotate");
        await _process.WaitForOutputAsync($"rotated {published}");
    }

    /// <summary>Gets an access token by client credentials, from the endpoint that discovery names.</summary>
    /// <param name="client"><c>rs256-client</c> or <c>es256-client</c>: what its tokens are signed with.</param>
    /// <param name="scope">What it asks for; null for nothing.</param>
    public async Task<string> GetTokenAsync(string client = "rs256-client", string? scope = "samples:read")
    {
        using var http = new HttpClient();
        using var discovery = await http.GetAsync(new Uri(Issuer, "/.well-known/openid-configuration"), TestContext.Current.CancellationToken);
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["resource"] = Audience };
        if (scope is not null)
        {
            form["scope"] = scope;
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, (await discovery.ReadJsonAsync()).GetProperty("token_endpoint").GetString());
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{client}:a-secret-of-the-tests")));
        request.Content = new FormUrlEncodedContent(form);
        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (await response.ReadJsonAsync()).GetProperty("access_token").GetString()!;
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
