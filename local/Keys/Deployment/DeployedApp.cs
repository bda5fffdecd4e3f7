using System.Net;
using System.Text.Json;
using Gatehouse.Protection.Settings;

namespace Gatehouse.KeyTool.Deployment;

/// <summary>Checks a deployed Gatehouse from outside, without changing it.</summary>
internal sealed class DeployedApp(HttpClient client, Deployer deployer, TextWriter output, TextWriter error)
{
    /// <summary>The longest wait for one answer.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    private const int Tries = 20;
    private const int MaxShown = 2000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    public async Task<int> CheckAsync(string url, string? issuer, bool issuesTokens, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var app) || !SafeAddress.IsSafe(app))
        {
            throw new KeyToolException($"{url} is not an https URL (http only on loopback).");
        }

        using var health = await GetAsync(app, "/health", HttpStatusCode.OK, cancellationToken);
        using var ready = await GetAsync(app, "/health/ready", HttpStatusCode.OK, cancellationToken);
        if (issuesTokens)
        {
            await CheckIssuerAsync(app, issuer ?? url.TrimEnd('/'), cancellationToken);
        }

        using var refused = await GetAsync(app, "/api/products", HttpStatusCode.Unauthorized, cancellationToken);
        if (!refused.Headers.WwwAuthenticate.Any(static challenge => challenge.Scheme == "Bearer"))
        {
            throw new KeyToolException("/api/products answered without a WWW-Authenticate: Bearer challenge.");
        }

        await output.WriteLineAsync($"Gatehouse answers as it should: {url}");
        return ExitCode.Ok;
    }

    private async Task CheckIssuerAsync(Uri app, string issuer, CancellationToken cancellationToken)
    {
        using var keys = await GetAsync(app, "/.well-known/jwks.json", HttpStatusCode.OK, cancellationToken);
        using var keySet = await ReadAsync(keys, cancellationToken);
        if (!keySet.RootElement.TryGetProperty("keys", out var published) || published.GetArrayLength() == 0)
        {
            throw new KeyToolException("/.well-known/jwks.json has no key.");
        }

        using var configuration = await GetAsync(app, "/.well-known/openid-configuration", HttpStatusCode.OK, cancellationToken);
        using var document = await ReadAsync(configuration, cancellationToken);
        if (!document.RootElement.TryGetProperty("issuer", out var found) || found.GetString() != issuer)
        {
            throw new KeyToolException($"/.well-known/openid-configuration does not name the issuer {issuer}.");
        }
    }

    // After a deployment the app starts cold, and its role assignments take time to apply.
    private async Task<HttpResponseMessage> GetAsync(Uri app, string path, HttpStatusCode expected, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            var (response, failure) = await TryGetAsync(new Uri(app, path), cancellationToken);
            if (response?.StatusCode == expected)
            {
                await output.WriteLineAsync($"ok   {path} {(int)expected}");
                return response;
            }

            var seen = response is null ? $"did not answer ({failure})" : $"answered {(int)response.StatusCode}";
            if (tries == Tries || response?.StatusCode is { } status && status != HttpStatusCode.NotFound && (int)status < 500)
            {
                var body = response is null ? "" : await response.Content.ReadAsStringAsync(cancellationToken);
                response?.Dispose();
                throw new KeyToolException($"{path} {seen}, not {(int)expected}. {(body.Length > MaxShown ? body[..MaxShown] : body)}".TrimEnd());
            }

            response?.Dispose();
            await error.WriteLineAsync($"{path} {seen}. Trying again in {Pause.TotalSeconds:0} s ({tries} of {Tries - 1}).");
            await deployer.WaitAsync(Pause, cancellationToken);
        }
    }

    private async Task<(HttpResponseMessage? Response, string? Failure)> TryGetAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return (await client.GetAsync(address, cancellationToken), null);
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return (null, exception.Message);
        }
    }

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken));
        }
        catch (JsonException exception)
        {
            throw new KeyToolException($"{response.RequestMessage!.RequestUri!.AbsolutePath} is not JSON.", exception);
        }
    }
}
