using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using OtpNet;

namespace Gatehouse.Bench;

/// <summary>How many requests to storage a sign-in takes: with and without a second factor, the first one of an arrived user, and one that fails.</summary>
internal sealed class SignInStorage(string folder)
{
    private const int Samples = 5;

    private static readonly string[] Roles = ["viewer"];

    public async Task RunAsync()
    {
        using var azurite = await AzuriteServer.StartAsync();
        using var ours = await GatehouseServer.StartAsync(
            folder, "--storage", "tables", $"--Storage:ConnectionString={AzuriteServer.ConnectionString}", "--Storage:TablePrefix=bench");
        var client = ours.Client;
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await ours.SignInAsync("admin"));
        foreach (var name in Enumerable.Range(0, Samples).Select(static number => $"arrived-{number}").Append("secured"))
        {
            using var created = await client.PostAsJsonAsync("/users", new { username = name, passwordHash = Arrivals.Hash, roles = Roles });
            created.EnsureSuccessStatusCode();
        }

        client.DefaultRequestHeaders.Authorization = null;
        Console.WriteLine("| sign-in | requests to storage |");
        Console.WriteLine("|---|---|");
        await PrintAsync(azurite, "first one of an arrived user", number => SignInAsync(client, $"arrived-{number}", Arrivals.Password));
        await PrintAsync(azurite, "a later one, by password", _ => SignInAsync(client, "arrived-0", Arrivals.Password));
        await PrintAsync(azurite, "wrong password", _ => SignInAsync(client, "arrived-1", "a wrong enough password"));
        await PrintAsync(azurite, "unknown name", _ => SignInAsync(client, "nobody", "a wrong enough password"));
        var codes = await AddAppAsync(client);
        await PrintAsync(azurite, "by password and code, both steps", async number =>
        {
            var ticket = (await SignInAsync(client, "secured", Arrivals.Password)).GetProperty("ticket").GetString();
            using var finished = await client.PostAsJsonAsync("/authenticate/code", new { ticket, code = codes[number] });
            finished.EnsureSuccessStatusCode();
        });
    }

    private static async Task PrintAsync(AzuriteServer azurite, string what, Func<int, Task> run)
    {
        var requests = new List<double>();
        for (var sample = 0; sample < Samples; sample++)
        {
            requests.Add((await azurite.MeasureAsync(() => run(sample))).Requests);
        }

        Console.WriteLine(FormattableString.Invariant($"| {what} | {requests.Median():0} |"));
    }

    private static async Task<JsonElement> SignInAsync(HttpClient client, string username, string password)
    {
        using var response = await client.PostAsJsonAsync("/authenticate", new { username, password });
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<string[]> AddAppAsync(HttpClient client)
    {
        var token = new AuthenticationHeaderValue("Bearer", (await SignInAsync(client, "secured", Arrivals.Password)).GetProperty("access_token").GetString());
        using var begin = new HttpRequestMessage(HttpMethod.Post, "/me/totp") { Headers = { Authorization = token } };
        using var begun = await client.SendAsync(begin);
        var app = await begun.Content.ReadFromJsonAsync<JsonElement>();
        var code = new Totp(Base32Encoding.ToBytes(app.GetProperty("secret").GetString()!)).ComputeTotp();
        using var confirm = new HttpRequestMessage(HttpMethod.Put, "/me/totp")
        {
            Headers = { Authorization = token },
            Content = JsonContent.Create(new { ticket = app.GetProperty("ticket").GetString(), code }),
        };
        using var confirmed = await client.SendAsync(confirm);
        confirmed.EnsureSuccessStatusCode();
        return [.. (await confirmed.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("recoveryCodes").EnumerateArray().Select(static code => code.GetString()!)];
    }
}
