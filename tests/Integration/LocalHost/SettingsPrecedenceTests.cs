using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.LocalHost;

public sealed class SettingsPrecedenceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Settings_CommandLineOverridesEnvironment_WhichOverridesTheFile()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.Path, "my.settings.json"),
            """
            {
              "Values": {
                "Tokens__Issuer": "http://localhost:7000",
                "Tokens__AccessTokenLifetime": "00:01:00",
                "Tokens__Audience": "file"
              }
            }
            """,
            Cancellation);

        await using var host = await HostProcess.StartAsync(
            _folder.Path,
            [("Tokens__AccessTokenLifetime", "00:02:00"), ("Tokens__Audience", "environment")],
            "--settings", "my.settings.json", "--Tokens:Audience=command-line");

        var claims = await FetchClaimsAsync(host);
        Assert.Equal("http://localhost:7000", claims.GetProperty("iss").GetString());
        Assert.Equal(120, claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64());
        Assert.Equal("command-line", claims.GetProperty("aud").GetString());
    }

    public void Dispose() => _folder.Dispose();

    private async Task<JsonElement> FetchClaimsAsync(HostProcess host)
    {
        var demo = DemoEnvironment.Read(_folder.Path);
        using var client = new HttpClient { BaseAddress = host.Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic",
            Convert.ToBase64String(Encoding.ASCII.GetBytes($"{demo["CLIENT_ID"]}:{demo["CLIENT_SECRET"]}")));
        using var response = await client.PostAsync("/token", new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]), Cancellation);
        response.EnsureSuccessStatusCode();
        var payload = (await Hosting.Tokens.ReadAsync(response)).AccessToken.Split('.')[1];
        using var claims = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(payload));
        return claims.RootElement.Clone();
    }
}
