using System.Security.Cryptography;

namespace Gatehouse.Bench;

/// <summary>
/// What a token by client credentials costs, from the request to the answer, next to the RSA signature in it. Compared is
/// processor time, so that tokens a second and core are one divided by the other.
/// </summary>
internal sealed class TokenCost(string folder)
{
    private const int Rounds = 15;

    // Until the just-in-time compiler has come to everything that is called often.
    private const int WarmUps = 10;
    private const int Tokens = 1_000;
    private const int Connections = 32;
    private const int KeyBits = 2048;

    public async Task RunAsync()
    {
        using var ours = await GatehouseServer.StartAsync(folder);
        using var rsa = RSA.Create(KeyBits);
        var issued = new List<double>();
        var signed = new List<double>();
        for (var round = 0; round < WarmUps + Rounds; round++)
        {
            var token = await MeasureTokensAsync(ours);
            var signature = MeasureSignatures(rsa);

            if (round >= WarmUps)
            {
                issued.Add(token);
                signed.Add(signature);
            }
        }

        var ratio = signed.Zip(issued, static (signature, token) => signature / token).Median();
        Console.WriteLine("| processor time of a signature (RSA-2048) | of a token over HTTP | tokens a second and core, of signatures (median of rounds) |");
        Console.WriteLine("|---|---|---|");
        Console.WriteLine(FormattableString.Invariant($"| {signed.Median():0} µs | {issued.Median():0} µs | **{ratio:0.00}×** |"));
    }

    private static async Task<double> MeasureTokensAsync(GatehouseServer ours)
    {
        var before = ours.Server.ProcessorTime;
        await Parallel.ForAsync(
            0,
            Tokens,
            new ParallelOptions { MaxDegreeOfParallelism = Connections },
            async (_, _) => await ours.FetchTokenAsync(proof: null));
        return (ours.Server.ProcessorTime - before).TotalMicroseconds / Tokens;
    }

    // On all processors at once: the server shares them with the clients, and a core that does two things does each more slowly.
    private static double MeasureSignatures(RSA rsa)
    {
        var content = RandomNumberGenerator.GetBytes(512);
        var before = Environment.CpuUsage.TotalTime;
        Parallel.For(0, Tokens, _ => rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / Tokens;
    }
}
