using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Gatehouse.Bench;

/// <summary>
/// How long a sign-in takes that fails for three reasons: an unknown user, a wrong password, a locked-out user. The wrong password is
/// also that of users who have arrived with a hash of another system. They are asked for in turns; what counts is that the medians do
/// not tell them apart.
/// </summary>
internal sealed class SignInTiming(string folder)
{
    private const int Samples = 200;

    // The most wrong passwords that a user may have without being locked out is one below the threshold, at most 100.
    private const int Threshold = 100;
    private const int Users = 3;

    // By the documentation of each: bcrypt with cost 10, Argon2id with 19 MiB and 2 passes, passlib's PBKDF2.
    private static readonly (string Label, string Name, string Hash)[] Arrived =
    [
        ("bcrypt, cost 10", "bcrypt", "$2b$10$4OTLRQLSNYQLWAlTHjzzGOgoh2HWRSfCoIxmo.MquwV4VC8XNmL5G"),
        ("Argon2id, 19 MiB, 2 passes", "argon2id", "$argon2id$v=19$m=19456,t=2,p=1$ncamngTjRO+f1ZWX1slTzw$oDXJu2321K8H8EZtwCTgAA669qFSGsa6E2H1YBgDF8o"),
        ("PBKDF2-SHA256, 290 000", "pbkdf2", "$pbkdf2-sha256$290000$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44"),
    ];

    public async Task RunAsync()
    {
        using var ours = await GatehouseServer.StartAsync(
            folder,
            $"--Authentication:LockoutThreshold={Threshold}",
            "--Authentication:LockoutDuration=1.00:00:00",
            "--Authentication:StrangersPerDay=10000");
        var client = ours.Client;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await ours.SignInAsync("admin"));
        foreach (var name in Enumerable.Range(0, Users).Select(static number => $"user-{number}").Append("locked"))
        {
            using var created = await client.PostAsJsonAsync("/users", new { username = name, password = "a long enough password" });
            created.EnsureSuccessStatusCode();
        }

        foreach (var (_, name, hash) in Arrived)
        {
            using var created = await client.PostAsJsonAsync("/users", new { username = name, passwordHash = hash });
            created.EnsureSuccessStatusCode();
        }

        for (var guess = 0; guess < Threshold; guess++)
        {
            await MeasureAsync(client, "locked");
        }

        (string Label, Func<int, string> NameOf)[] cases =
        [
            ("wrong password", static sample => $"user-{sample % Users}"),
            ("unknown user", static sample => $"nobody-{sample % Users}"),
            ("locked out", static _ => "locked"),
            .. Arrived.Select(static user => ($"wrong password, {user.Label}", new Func<int, string>(_ => user.Name))),
        ];
        var times = cases.Select(static _ => new List<double>()).ToArray();
        var processor = new TimeSpan[cases.Length];
        for (var sample = 0; sample < Samples; sample++)
        {
            for (var i = 0; i < cases.Length; i++)
            {
                var before = ours.Server.ProcessorTime;
                times[i].Add(await MeasureAsync(client, cases[i].NameOf(sample)));
                processor[i] += ours.Server.ProcessorTime - before;
            }
        }

        Console.WriteLine("| sign-in | median | of that for a wrong password | processor time | of that for a wrong password |");
        Console.WriteLine("|---|---|---|---|---|");
        for (var i = 0; i < cases.Length; i++)
        {
            Console.WriteLine(FormattableString.Invariant(
                $"| {cases[i].Label} | {times[i].Median():0.0} ms | {times[i].Median() / times[0].Median() * 100:0.0} % | {processor[i].TotalMilliseconds / Samples:0.0} ms | {processor[i] / processor[0] * 100:0.0} % |"));
        }
    }

    private static async Task<double> MeasureAsync(HttpClient client, string username)
    {
        var start = Stopwatch.GetTimestamp();
        using var response = await client.PostAsJsonAsync("/authenticate", new { username, password = "a wrong enough password" });
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
