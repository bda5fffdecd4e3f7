using System.Net;
using System.Text.Json;
using Gatehouse.Tests.Integration.Authentication;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Users;
using Gatehouse.UserTool;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Gatehouse.Tests.Integration.UserTool;

/// <summary>The tool that imports and exports users.</summary>
public sealed class UserToolTests : GatehouseTest
{
    // By bcryptjs.
    private const string Password = "opensesame";
    private const string Hash = "$2b$04$fHj8nFFcpO/mFXrpHoPLpOoMpW2oz3cvzpeQAs5baSLr0ApSFAQgq";

    private readonly TemporaryFolder _folder = new();

    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        HasClientSecret = true,
        Settings = new Dictionary<string, string?> { ["Clients:0:Scopes"] = "users:read users:write samples:read" },
        Configure = static builder => builder.Services.AddSingleton<IOptions<AuthenticationOptions>>(Options.Create(new AuthenticationOptions { HashingIterations = 100, SignInIterations = 2_000 })),
    };

    public override async ValueTask DisposeAsync()
    {
        _folder.Dispose();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Import_ChecksFirst_ThenAdds_AndWhenRepeatedSkipsThoseWhoAreThere()
    {
        await Host.AddUserAsync("there@example.com", "reader");
        var file = Write($"""
            Id;Email;Password_Hash;Roles;Is_Active
            7;ada@example.com;{Hash};reader;1
            8;"ada ""the first"" byron";{Hash};;0
            9;THERE@example.com;{Hash};reader;1
            10;ADA@example.com;{Hash};reader;1
            11;md5@example.com;5f4dcc3b5aa765d61d8327deb882cf99;reader;1
            12;boss@example.com;{Hash};owner;1
            13;costly@example.com;$2b$12$fHj8nFFcpO/mFXrpHoPLpOoMpW2oz3cvzpeQAs5baSLr0ApSFAQgq;reader;1
            14;;{Hash};reader;1
            """);

        var checkedOnly = await RunAsync("import", file);
        Assert.Equal((ExitCode.Refused, "ready: 4\nrefused: 3\nthere: 1\n"), (checkedOnly.ExitCode, checkedOnly.Output));
        Assert.Contains("286720", checkedOnly.Error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.SignInStatusAsync("ada@example.com", Password));

        var applied = await RunAsync("import", file, "--apply");
        Assert.Equal((ExitCode.Refused, "added: 2\nrefused: 5\nthere: 1\n"), (applied.ExitCode, applied.Output));
        Assert.Equal(HttpStatusCode.OK, await Host.SignInStatusAsync("ada@example.com", Password));
        Assert.Equal(HttpStatusCode.Unauthorized, await Host.SignInStatusAsync("ada \"the first\" byron", Password));

        var report = await File.ReadAllTextAsync(file + ".report.jsonl", TestContext.Current.CancellationToken);
        Assert.DoesNotContain(Hash[4..], report, StringComparison.Ordinal);
        Assert.DoesNotContain("5f4dcc3b", report, StringComparison.Ordinal);
        var reasons = report.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement).ToArray();
        Assert.Equal(["added", "added", "there", "refused", "refused", "refused", "refused", "refused"], reasons.Select(static line => line.GetProperty("result").GetString()));
        Assert.Equal("7", reasons[0].GetProperty("previousId").GetString());
        Assert.True(User.IsId(reasons[0].GetProperty("id").GetString()!));
        Assert.Contains("of the file", ReasonOf(reasons[3]), StringComparison.Ordinal);
        Assert.Contains("bcrypt", ReasonOf(reasons[4]), StringComparison.Ordinal);
        Assert.Contains("samples:delete", ReasonOf(reasons[5]), StringComparison.Ordinal);
        Assert.Contains("SignInIterations", ReasonOf(reasons[6]), StringComparison.Ordinal);
        Assert.Contains("neither", ReasonOf(reasons[7]), StringComparison.Ordinal);

        var repeated = await RunAsync("import", file, "--apply");
        Assert.Equal("refused: 4\nthere: 4\n", repeated.Output);
    }

    [Theory]
    [InlineData("""{"_id":{"$oid":"60425dc43519d90068f82973"},"email":"ada@example.com","username":null,"email_verified":true,"passwordHash":"HASH","connection":"Main"}""", false)]
    [InlineData("""[{"username":"ada@example.com","email":"other@example.com","password":"HASH","roles":["reader"],"enabled":true}]""", false)]
    [InlineData("username,encrypted_password\r\nada@example.com,HASH\r\n", false)]
    [InlineData("""{"users": [{"localId":"x1","email":"ada@example.com","passwordHash":"c2NyeXB0","salt":"c2FsdA==","disabled":false}]}""", true)]
    [InlineData("{\n  \"users\": [\n    {\"localId\":\"x1\", \"email\":\"ada@example.com\"}\n  ]\n}", true)]
    public async Task Import_ReadsTheFormsOfOtherSystems(string content, bool needsPassword)
    {
        var file = Write(content.Replace("HASH", Hash, StringComparison.Ordinal));

        var applied = await RunAsync("import", file, "--role", "reader", "--apply");

        Assert.True(applied.ExitCode == ExitCode.Ok, applied.Error);
        Assert.Equal(needsPassword, applied.Output.Contains("without a usable password", StringComparison.Ordinal));
        Assert.Equal(needsPassword ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, await Host.SignInStatusAsync("ada@example.com", Password));
    }

    [Theory]
    [InlineData("{\"username\":\"ada\",\"passwordHash\":\"$2b$\n", "not valid JSON")]
    [InlineData("{\"username\":\"ada\"}\n{\"passwordHash\":\"$2b$\n", "Line 2 is not valid JSON")]
    [InlineData("{\"people\": [\n]}", "without users")]
    [InlineData("[1]", "User 1")]
    [InlineData("username,password\nada,\"a\"b\n", "Line 2 is not valid CSV")]
    [InlineData("username,password\nada\n", "Line 2 has 1 fields")]
    public async Task Import_OfABrokenFile_SaysWhere_WithoutQuotingIt(string content, string reason)
    {
        var result = await RunAsync("import", Write(content));

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Contains(reason, result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("$2b$", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_IsAnImport_AndHoldsNoHash()
    {
        for (var number = 0; number < 101; number++)
        {
            await Host.Services.GetRequiredService<IUserStore>().TryAddAsync(
                new User { Id = $"{number:x32}", Name = new UserName($"user {number}", $"user {number}"), PasswordHash = Hash, Roles = ["reader"], IsEnabled = number > 0, CreatedAt = Host.Time.GetUtcNow() },
                TestContext.Current.CancellationToken);
        }

        var file = Path.Combine(_folder.Path, "users.jsonl");
        var exported = await RunAsync("export", "--output", file);

        Assert.True(exported.ExitCode == ExitCode.Ok, exported.Error);
        var lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(101, lines.Length);
        Assert.DoesNotContain("$2b$", string.Join('\n', lines), StringComparison.Ordinal);
        var first = JsonDocument.Parse(lines[0]).RootElement;
        Assert.Equal(("user 0", false), (first.GetProperty("username").GetString(), first.GetProperty("enabled").GetBoolean()));
        Assert.Equal("there: 101\n", (await RunAsync("import", file)).Output);
    }

    [Fact]
    public async Task WithoutAGoodToken_TheToolSaysWhatToSet()
    {
        var none = await RunAsync(["export"], static _ => null);
        var old = await RunAsync(["export"], static name => name == "GATEHOUSE_TOKEN" ? "old" : null);
        var wrong = await RunAsync(["export"], static name => name == "GATEHOUSE_TOKEN" ? null : "wrong");

        Assert.Equal([ExitCode.Failed, ExitCode.Failed, ExitCode.Failed], new[] { none.ExitCode, old.ExitCode, wrong.ExitCode });
        Assert.Contains("GATEHOUSE_CLIENT_ID", none.Error, StringComparison.Ordinal);
        Assert.Contains("GATEHOUSE_TOKEN", old.Error, StringComparison.Ordinal);
        Assert.NotEmpty(wrong.Error);
        Assert.Equal(ExitCode.Usage, (await RunAsync("import", "users.csv", "--url", "http://api.example.com")).ExitCode);
    }

    private static string ReasonOf(JsonElement line) => line.GetProperty("reason").GetString()!;

    private string Write(string content)
    {
        var file = Path.Combine(_folder.Path, "users");
        File.WriteAllText(file, content);
        return file;
    }

    private Task<ToolRun> RunAsync(params string[] args) => RunAsync(args, static name => name switch
    {
        "GATEHOUSE_CLIENT_ID" => GatehouseHost.ClientId,
        "GATEHOUSE_CLIENT_SECRET" => GatehouseHost.ClientSecret,
        _ => null,
    });

    private Task<ToolRun> RunAsync(string[] args, Func<string, string?> variables) =>
        ToolRun.OfAsync(Host, args.Contains("--url") ? args : [.. args, "--url", Host.Client.BaseAddress!.ToString()], variables);
}
