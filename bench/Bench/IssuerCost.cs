using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gatehouse.Local;
using Gatehouse.Protection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Bench;

/// <summary>
/// What it costs to verify a new token of a trusted issuer, by the number of keys in the issuer's set and by the number of issuers,
/// next to one issuer with one key. In this process, on one thread, in turns.
/// </summary>
internal sealed class IssuerCost(string folder) : IDisposable
{
    private const int Rounds = 15;

    // Until the just-in-time compiler has seen enough calls, and has come to compile what is called so often.
    private const int WarmUps = 10;
    private const int Tokens = 500;
    private const int MaxKeys = 100;

    private static readonly (int Issuers, int Keys)[] Settings = [(1, 1), (1, 10), (1, MaxKeys), (10, 1), (100, 1)];

    private readonly RSA[] _keys = [.. Enumerable.Range(0, MaxKeys).Select(static _ => RSA.Create(2048))];
    private int _tokens;

    public async Task RunAsync()
    {
        await using var provider = await StartProviderAsync();
        var address = provider.Urls.First();
        var hosts = new List<WebApplication>();
        foreach (var (issuers, keys) in Settings)
        {
            hosts.Add(await StartAsync(address, issuers, keys));
        }

        var times = Settings.Select(static _ => new List<double>()).ToArray();
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            for (var i = 0; i < Settings.Length; i++)
            {
                var time = await MeasureAsync(hosts[i].Services.GetRequiredService<TokenVerifier>(), CreateTokens(address, Settings[i]));
                if (round >= WarmUps)
                {
                    times[i].Add(time);
                }
            }
        }

        Print(times);
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    public void Dispose()
    {
        foreach (var key in _keys)
        {
            key.Dispose();
        }
    }

    private static void Print(List<double>[] times)
    {
        Console.WriteLine("| issuers | keys in each set | new token | of the time with one key and one issuer |");
        Console.WriteLine("|---|---|---|---|");
        for (var i = 0; i < Settings.Length; i++)
        {
            var ratio = times[i].Zip(times[0], static (time, one) => time / one).Median();
            Console.WriteLine(FormattableString.Invariant($"| {Settings[i].Issuers} | {Settings[i].Keys} | {times[i].Median():0.0} µs | **{ratio:0.00}×** |"));
        }
    }

    // The issuer of the path /<keys>/<number> publishes that many keys.
    private async Task<WebApplication> StartProviderAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var provider = builder.Build();
        provider.MapGet("/{keys}/{number}/.well-known/openid-configuration", static (string keys, string number, HttpRequest request) =>
        {
            var issuer = $"http://{request.Host}/{keys}/{number}";
            return Results.Content(JsonSerializer.Serialize(new { issuer, jwks_uri = issuer + "/keys" }), "application/json");
        });
        provider.MapGet("/{keys}/{number}/keys", (int keys) => Results.Content(JsonSerializer.Serialize(new { keys = _keys.Take(keys).Select(Describe) }), "application/json"));
        await provider.StartAsync();
        return provider;
    }

    private static object Describe(RSA key, int number)
    {
        var numbers = key.ExportParameters(includePrivateParameters: false);
        return new { kty = "RSA", use = "sig", alg = "RS256", kid = Kid(number), n = Base64Url.EncodeToString(numbers.Modulus), e = Base64Url.EncodeToString(numbers.Exponent) };
    }

    private static string Kid(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<WebApplication> StartAsync(string address, int issuers, int keys)
    {
        var builder = LocalApplication.CreateBuilder(new HostArguments
        {
            Urls = "http://127.0.0.1:0",
            DataFolder = Path.Combine(folder, $"{issuers}-{keys}"),
            EnvironmentName = "Development",
            WithDemo = false,
            Settings = Enumerable.Range(0, issuers)
                .SelectMany(number => new Dictionary<string, string?>
                {
                    [$"Protection:TrustedIssuers:{number}:Authority"] = $"{address}/{keys}/{number}",
                    [$"Protection:TrustedIssuers:{number}:Audience"] = "bench",
                    [$"Protection:TrustedIssuers:{number}:Scopes"] = "products:read",
                })
                .ToDictionary(),
        });
        builder.Logging.ClearProviders();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private string[] CreateTokens(string address, (int Issuers, int Keys) settings)
    {
        var header = Enumerable.Range(0, settings.Keys).Select(static key => Encode($$"""{"alg":"RS256","typ":"at+jwt","kid":"{{Kid(key)}}"}""")).ToArray();
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return [.. Enumerable.Range(0, Tokens).Select(i =>
        {
            var issuer = $"{address}/{settings.Keys}/{i % settings.Issuers}";
            var claims = $$"""{"iss":"{{issuer}}","aud":"bench","sub":"ada","client_id":"bench","scope":"products:read","jti":"{{_tokens++}}","iat":{{now}},"exp":{{now + 3600}}}""";
            var content = $"{header[i % settings.Keys]}.{Encode(claims)}";
            var signature = _keys[i % settings.Keys].SignData(Encoding.ASCII.GetBytes(content), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return $"{content}.{Base64Url.EncodeToString(signature)}";
        })];
    }

    private static string Encode(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    private static async Task<double> MeasureAsync(TokenVerifier verifier, string[] tokens)
    {
        var start = Stopwatch.GetTimestamp();
        foreach (var token in tokens)
        {
            if ((await verifier.VerifyAsync(token, CancellationToken.None)).Rejection is { } rejection)
            {
                throw new InvalidOperationException($"A token was refused: {rejection}");
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / tokens.Length;
    }
}
