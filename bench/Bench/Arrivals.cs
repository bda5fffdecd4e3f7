using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using Gatehouse.Local;
using Gatehouse.Users;
using Gatehouse.UserTool;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Gatehouse.Bench;

/// <summary>
/// How long 10 000 users of another system take: to be imported by local/Users, to sign in for the first time, and to be exported.
/// In this process, with SQLite. Hashing is made cheap, or it would be all that there is to see.
/// </summary>
internal sealed class Arrivals(string folder)
{
    /// <summary>The password of <see cref="Hash"/>.</summary>
    public const string Password = "opensesame";

    /// <summary>By bcryptjs, with the lowest cost.</summary>
    public const string Hash = "$2b$04$fHj8nFFcpO/mFXrpHoPLpOoMpW2oz3cvzpeQAs5baSLr0ApSFAQgq";

    private const int Users = 10_000;
    private const int AtATime = 8;

    public async Task RunAsync()
    {
        await using var host = await StartAsync(folder);
        using var client = GatehouseServer.CreateClient();
        var token = await AddAdministratorAsync(host, client);
        var file = Path.Combine(folder, "users.csv");
        await File.WriteAllLinesAsync(file, ["email,password,role", .. Enumerable.Range(0, Users).Select(static number => $"user-{number}@example.com,{Hash},viewer")]);

        Console.WriteLine("| 10 000 users | all | each | result |");
        Console.WriteLine("|---|---|---|---|");
        await PrintAsync("checked", () => UseToolAsync(token, "import", file));
        await PrintAsync("imported", () => UseToolAsync(token, "import", file, "--apply"));
        await PrintAsync("imported again", () => UseToolAsync(token, "import", file, "--apply"));
        await PrintAsync("signed in for the first time", () => SignInAllAsync(client));
        await PrintAsync("signed in again", () => SignInAllAsync(client));
        await PrintAsync("exported", async () =>
        {
            var exported = Path.Combine(folder, "users.jsonl");
            await UseToolAsync(token, "export", "--output", exported);
            return $"{File.ReadLines(exported).Count()} lines";
        });
    }

    private static async Task PrintAsync(string what, Func<Task<string>> run)
    {
        var start = Stopwatch.GetTimestamp();
        var result = await run();
        var elapsed = Stopwatch.GetElapsedTime(start);
        Console.WriteLine(FormattableString.Invariant($"| {what} | {elapsed.TotalSeconds:0.0} s | {elapsed.TotalMilliseconds / Users:0.00} ms | {result} |"));
    }

    /// <summary>Starts local/Host in this process, with cheap hashing, open registration and without limits.</summary>
    public static async Task<WebApplication> StartAsync(string folder)
    {
        var builder = LocalApplication.CreateBuilder(new HostArguments
        {
            Urls = GatehouseServer.Url.ToString(),
            DataFolder = Path.Combine(folder, "data"),
            EnvironmentName = "Development",
            WithDemo = false,
            Settings = new Dictionary<string, string?> { ["Tokens:AccessTokenLifetime"] = "01:00:00", ["RateLimits:Enabled"] = "false", ["Mail:Folder"] = Path.Combine(folder, "mail"), ["Mail:From"] = "bench@example.com", ["Authentication:Registration"] = "open" },
        });
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IOptions<AuthenticationOptions>>(Options.Create(new AuthenticationOptions { HashingIterations = 1_000, SignInIterations = 2_000, Registration = "open" }));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static async Task<string> AddAdministratorAsync(WebApplication host, HttpClient client)
    {
        _ = UserName.TryParse("root", out var name);
        var root = new User { Id = Guid.NewGuid().ToString("N"), Name = name, PasswordHash = ImportedHash.Find(Hash)!.Stored, Roles = ["admin"], CreatedAt = DateTimeOffset.UtcNow };
        await host.Services.GetRequiredService<IUserStore>().TryAddAsync(root, CancellationToken.None);
        using var response = await client.PostAsJsonAsync("/authenticate", new { username = "root", password = Password });
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString()!;
    }

    private static async Task<string> UseToolAsync(string token, params string[] args)
    {
        using var network = new HttpClientHandler();
        await using var output = new StringWriter { NewLine = "; " };
        var exitCode = await new UserCommands(network, name => name == "GATEHOUSE_TOKEN" ? token : null)
            .InvokeAsync([.. args, "--url", GatehouseServer.Url.ToString()], output, TextWriter.Null, CancellationToken.None);
        return exitCode == 0 ? output.ToString().TrimEnd(' ', ';') : throw new InvalidOperationException($"The tool ended with {exitCode}.");
    }

    private static async Task<string> SignInAllAsync(HttpClient client)
    {
        var signedIn = 0;
        await Parallel.ForAsync(0, Users, new ParallelOptions { MaxDegreeOfParallelism = AtATime }, async (number, cancellationToken) =>
        {
            using var response = await client.PostAsJsonAsync("/authenticate", new { email = $"user-{number}@example.com", password = Password }, cancellationToken);
            response.EnsureSuccessStatusCode();
            Interlocked.Increment(ref signedIn);
        });
        return $"{signedIn} tokens";
    }
}
