using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Gatehouse.Access;
using Gatehouse.Keys;
using Gatehouse.Local;
using Gatehouse.Protection;
using Gatehouse.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Gatehouse.Bench;

/// <summary>
/// What it costs to verify a token, all of it, next to nothing but the check of its signature by .NET: for a token that is
/// seen for the first time, and for one that is remembered. In this process, on one thread, in turns.
/// </summary>
internal sealed class VerificationCost(string folder)
{
    private const int Rounds = 15;

    // Until the just-in-time compiler has seen enough calls, and has come to compile what is called so often.
    private const int WarmUps = 10;
    private const int Tokens = 1_000;

    public async Task RunAsync()
    {
        Console.WriteLine("| algorithm | signature alone | new token | ratio | remembered token | ratio |");
        Console.WriteLine("|---|---|---|---|---|---|");
        using var rsa = RSA.Create(2048);
        await CompareAsync("RS256", rsa.ExportPkcs8PrivateKeyPem(), (content, signature) => rsa.VerifyData(content, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await CompareAsync("ES256", ec.ExportPkcs8PrivateKeyPem(), (content, signature) => ec.VerifyData(content, signature, HashAlgorithmName.SHA256));
    }

    private async Task CompareAsync(string algorithm, string key, Func<byte[], byte[], bool> verifySignature)
    {
        await using var host = await StartAsync(Path.Combine(folder, algorithm), key);
        var issuer = host.Services.GetRequiredService<AccessTokenIssuer>();
        var verifier = host.Services.GetRequiredService<TokenVerifier>();
        var bare = new List<double>();
        var first = new List<double>();
        var again = new List<double>();
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            var tokens = await IssueAsync(issuer);
            var parts = tokens.Select(Split).ToArray();
            var alone = Measure(() => parts.All(part => verifySignature(part.Content, part.Signature)));
            var unseen = await MeasureAsync(() => VerifyAsync(verifier, tokens));
            var seen = await MeasureAsync(() => VerifyAsync(verifier, tokens));
            if (round >= WarmUps)
            {
                bare.Add(alone);
                first.Add(unseen);
                again.Add(seen);
            }
        }

        Console.WriteLine(FormattableString.Invariant(
            $"| {algorithm} | {bare.Median():0.0} µs | {first.Median():0.0} µs | **{Ratio(first, bare):0.00}×** | {again.Median():0.0} µs | **{Ratio(again, bare):0.000}×** |"));
    }

    private static double Ratio(List<double> times, List<double> of) => times.Zip(of, static (time, other) => time / other).Median();

    private static async Task<WebApplication> StartAsync(string dataFolder, string key)
    {
        var keys = Options.Create(new KeysOptions { Folder = Path.Combine(dataFolder, "keys") });
        await new FileSecretSource(keys, TimeProvider.System, NullLogger<FileSecretSource>.Instance)
            .AddVersionAsync(keys.Value.SecretName, key, "application/x-pem-file", CancellationToken.None);
        var builder = LocalApplication.CreateBuilder(new HostArguments
        {
            Urls = "http://127.0.0.1:0",
            DataFolder = dataFolder,
            EnvironmentName = "Development",
            WithDemo = false,
        });
        builder.Logging.ClearProviders();
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task<string[]> IssueAsync(AccessTokenIssuer issuer)
    {
        var tokens = new string[Tokens];
        for (var i = 0; i < Tokens; i++)
        {
            var request = new AccessTokenRequest { Subject = "bench", ClientId = "bench", Grant = "client_credentials", Audiences = ["bench"], Scopes = ScopeSet.Parse(Scopes.ProductsRead) };
            tokens[i] = await issuer.IssueAsync(request, CancellationToken.None);
        }

        return tokens;
    }

    private static (byte[] Content, byte[] Signature) Split(string token)
    {
        var dot = token.LastIndexOf('.');
        return (Encoding.ASCII.GetBytes(token[..dot]), Base64Url.DecodeFromChars(token.AsSpan(dot + 1)));
    }

    private static async Task<bool> VerifyAsync(TokenVerifier verifier, string[] tokens)
    {
        foreach (var token in tokens)
        {
            if ((await verifier.VerifyAsync(token, CancellationToken.None)).Rejection is not null)
            {
                return false;
            }
        }

        return true;
    }

    private static double Measure(Func<bool> run) => MeasureAsync(() => Task.FromResult(run())).Result;

    private static async Task<double> MeasureAsync(Func<Task<bool>> run)
    {
        var start = Stopwatch.GetTimestamp();
        return await run() ? Stopwatch.GetElapsedTime(start).TotalMicroseconds / Tokens : throw new InvalidOperationException("A token was refused.");
    }
}
