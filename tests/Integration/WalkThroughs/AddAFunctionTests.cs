using System.Net;
using System.Text.RegularExpressions;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.WalkThroughs;

/// <summary>The function that docs/add-a-function.md adds: compiled, and called as its reader calls it.</summary>
public sealed partial class AddAFunctionTests
{
    [Fact]
    public async Task Hello_NeedsAToken_AndGreetsTheCaller()
    {
        await using var host = await GatehouseHost.StartAsync();
        var tokens = await host.SignInAsAsync("viewer");

        using var refused = await host.GetAsync("/hello");
        using var greeting = await host.GetAsync("/hello", tokens.AccessToken);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.StartsWith("Hello, ", await greeting.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    // In a copy with another name the imports of the file have another order.
    [Fact]
    public async Task Document_ShowsTheFunction_AsItIsCompiled()
    {
        var document = await File.ReadAllTextAsync(RepositoryFolder.PathOf("docs/add-a-function.md"), TestContext.Current.CancellationToken);
        var file = await File.ReadAllTextAsync(RepositoryFolder.PathOf("tests/Integration/WalkThroughs/HelloFunction.cs"), TestContext.Current.CancellationToken);

        Assert.Equal(LinesOf(file), LinesOf(FirstCode().Match(document.ReplaceLineEndings("\n")).Groups[1].Value));
    }

    private static IEnumerable<string> LinesOf(string code)
    {
        var lines = code.ReplaceLineEndings("\n").TrimEnd().Split('\n');
        return lines.Where(static line => line.StartsWith("using ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Concat(lines.Where(static line => !line.StartsWith("using ", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex FirstCode();
}
