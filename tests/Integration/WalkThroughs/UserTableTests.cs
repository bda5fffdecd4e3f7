using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.UserTool;

namespace Gatehouse.Tests.Integration.WalkThroughs;

/// <summary>The users of an Express table arrive, and sign in: the file and the commands are those of docs/from-express.md.</summary>
public sealed partial class UserTableTests
{
    [Fact]
    public async Task UsersOfATable_Arrive_AndSignInWithTheirPasswords()
    {
        var text = await File.ReadAllTextAsync(RepositoryFolder.PathOf("docs/from-express.md"), TestContext.Current.CancellationToken);
        var section = text[text.IndexOf("## The users of a table", StringComparison.Ordinal)..];
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "users.csv");
        await File.WriteAllTextAsync(file, Csv().Match(section).Groups[1].Value, TestContext.Current.CancellationToken);
        await using var host = await GatehouseHost.StartAsync(new GatehouseHostOptions { Settings = new Dictionary<string, string?> { ["Authentication:HashingIterations"] = "100000" } });
        await host.AddUserAsync("root", "admin");
        var token = (await host.SignInAsync("root")).AccessToken;

        var output = "";
        foreach (var command in Command().Matches(section).Select(static match => match.Groups[1].Value))
        {
            string[] args = [.. command.Replace("users.csv", file, StringComparison.Ordinal).Split(' '), "--url", host.Client.BaseAddress!.ToString()];
            output = (await ToolRun.OfAsync(host, args, name => name == "GATEHOUSE_TOKEN" ? token : null)).Output;
        }

        Assert.Contains(output, section, StringComparison.Ordinal);
        Assert.Contains("added: 2", output, StringComparison.Ordinal);
        using var body = new StringContent(SignIn().Match(section).Groups[1].Value, Encoding.UTF8, "application/json");
        using var signedIn = await host.Client.PostAsync(new Uri("/authenticate", UriKind.Relative), body, TestContext.Current.CancellationToken);
        using var listing = await host.GetAsync("/api/products", (await Hosting.Tokens.ReadAsync(signedIn)).AccessToken);
        Assert.Equal(HttpStatusCode.OK, listing.StatusCode);
    }

    [GeneratedRegex("```csv\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Csv();

    [GeneratedRegex("dotnet run --project local/Users -- (.+)")]
    private static partial Regex Command();

    [GeneratedRegex("/authenticate .* -d '(.+)'")]
    private static partial Regex SignIn();
}
