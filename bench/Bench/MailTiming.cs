using System.Diagnostics;
using System.Net.Http.Json;
using Gatehouse.Users;
using Microsoft.Extensions.DependencyInjection;

namespace Gatehouse.Bench;

/// <summary>
/// How long the requests take that mail a code to an address, whether or not it belongs to a user: a new password, and registration.
/// In turns; what counts is that the medians do not tell the addresses apart.
/// </summary>
internal sealed class MailTiming(string folder)
{
    private const int Samples = 500;
    private const int WarmUps = 100;

    private static readonly (string Label, string Path, string Email)[] Cases =
    [
        ("password reset, verified address of a user", "/password-reset", "known@example.com"),
        ("password reset, unknown address", "/password-reset", "other@example.com"),
        ("registration, address of a user", "/registration", "known@example.com"),
        ("registration, new address", "/registration", "other@example.com"),
    ];

    public async Task RunAsync()
    {
        await using var host = await Arrivals.StartAsync(folder);
        using var client = GatehouseServer.CreateClient();
        _ = UserName.TryParse("known@example.com", out var name);
        _ = EmailAddress.TryParse("known@example.com", out var email);
        await host.Services.GetRequiredService<IUserStore>().TryAddAsync(
            new User { Id = Guid.NewGuid().ToString("N"), Name = name, PasswordHash = Arrivals.Hash, Roles = [], CreatedAt = DateTimeOffset.UtcNow, Email = email, IsEmailVerified = true },
            CancellationToken.None);

        var times = Cases.Select(static _ => new List<double>()).ToArray();
        for (var sample = 0; sample < WarmUps + Samples; sample++)
        {
            for (var i = 0; i < Cases.Length; i++)
            {
                var time = await MeasureAsync(client, Cases[i].Path, Cases[i].Email);
                if (sample >= WarmUps)
                {
                    times[i].Add(time);
                }
            }
        }

        Console.WriteLine("| request | median | of that for a known address |");
        Console.WriteLine("|---|---|---|");
        for (var i = 0; i < Cases.Length; i++)
        {
            var known = times[i / 2 * 2].Median();
            Console.WriteLine(FormattableString.Invariant($"| {Cases[i].Label} | {times[i].Median():0.00} ms | {times[i].Median() / known * 100:0.0} % |"));
        }
    }

    private static async Task<double> MeasureAsync(HttpClient client, string path, string email)
    {
        var start = Stopwatch.GetTimestamp();
        using var response = await client.PostAsJsonAsync(path, new { email });
        response.EnsureSuccessStatusCode();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
