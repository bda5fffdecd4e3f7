using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.Node;

namespace Gatehouse.Tests.Integration.Requests;

/// <summary>Runs the script of the sign-in page that docs/front-end.md gives to web pages.</summary>
[DependsOnStorage]
public sealed class FrontEndTests
{
    [Fact]
    public async Task Session_SignsIn_RefreshesOnce_AndSignsOut()
    {
        using var folder = new TemporaryFolder();
        var module = Path.Combine(folder.Path, "session.mjs");
        File.Copy(RepositoryFolder.PathOf("local/Host/SignIn/session.js"), module);
        await using var host = await GatehouseHost.StartAsync();
        await host.AddUserAsync("ada", "writer");
        await host.AddUserAsync("root", "admin");

        var result = await NodeProcess.RunAsync("front-end.mjs", [module, host.Client.BaseAddress!.GetLeftPart(UriPartial.Authority), "ada", "root", GatehouseHost.Password]);

        Assert.True(result.ExitCode == 0, result.Errors);
        Assert.Equal(
            """{"wrongPassword":"401 false","writer":[200,201],"changed":200,"reader":[200,200,403],"refreshes":1,"afterSignOut":[401,401,400],"disabled":200,"afterDisabling":[401,false]}""",
            result.Output.Trim());
    }
}
