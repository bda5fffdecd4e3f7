using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>What <c>demo.env</c> of a data folder holds, and signing in with it.</summary>
internal static class DemoEnvironment
{
    public static string FileIn(string folder) => Path.Combine(folder, ".local", "demo.env");

    public static IReadOnlyDictionary<string, string> Read(string folder) =>
        File.ReadLines(FileIn(folder)).Select(static line => line.Split('=', 2)).ToDictionary(static pair => pair[0], static pair => pair[1]);

    /// <summary>A client that sends the access token of a demo user.</summary>
    public static async Task<HttpClient> SignInAsync(HostProcess host, string folder, string user)
    {
        var client = new HttpClient { BaseAddress = host.Url };
        using var response = await client.PostAsync(
            "/authenticate",
            SizedJson.Create(new { username = user, password = Read(folder)[user.ToUpperInvariant() + "_PASSWORD"] }),
            TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        client.DefaultRequestHeaders.Authorization = new("Bearer", (await Hosting.Tokens.ReadAsync(response)).AccessToken);
        return client;
    }
}
