using System.Security.Cryptography;

namespace Gatehouse.Bench;

/// <summary>
/// What a token by client credentials costs, from the request to the answer, next to the RSA signature in it. Compared is
/// processor time, so that tokens a second and core are one divided by the other.
/// </summary>
internal sealed class TokenCost(string folder)
{
    private const int Rounds = 9;
    private const int Tokens = 1_000;
    private const int Connections = 8;
    private const int KeyBits = 2048;

    public async Task RunAsync()
    {
        using var ours = await GatehouseServer.StartAsync(folder);
        using var rsa = RSA.Create(KeyBits);
        var issued = new List<double>();
        var signed = new List<double>();
        for (var round = 0; round <= Rounds; round++)
        {
            var token = await MeasureTokensAsync(ours);
            var signature = MeasureSignatures(rsa);

            // The first round is for the just-in-time compiler.
            if (round > 0)
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

    private static double MeasureSignatures(RSA rsa)
    {
        var content = RandomNumberGenerator.GetBytes(512);
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < Tokens; i++)
        {
            rsa.SignData(content, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / Tokens;
    }
}
