using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Gatehouse.Tests.Unit.Conventions;

/// <summary>Each folder uses only the ones above it in <see cref="Layers.Order"/>, so that each can be read, reused and removed alone.</summary>
public sealed partial class LayerTests(ITestOutputHelper output)
{
    // The edge, where HTTP ends: everything else returns results or throws exceptions of its own.
    private static readonly string[] EdgeNames = ["Function", "Functions", "Middleware", "Problems", "Documents", "Document", "Extensions", "Route", "Body", "Fields", "Request"];

    private static readonly string[] EdgeTypes =
    [
        "Gatehouse.Protection.ProofCheck",
        "Gatehouse.Protection.ProofHeaders",
        "Gatehouse.Protection.StepUp",
        "Gatehouse.Protection.Challenge",
        "Gatehouse.Protection.ICallerTransformation",
        "Gatehouse.Protection.TokenReader",
        "Gatehouse.Tokens.ClientAuthentication",
        "Gatehouse.Tokens.TokenResponseWriter",
        "Gatehouse.Authentication.OwnFactors",
        "Gatehouse.Users.PasswordRateLimit",
        "Gatehouse.Products.ProductInput",
    ];

    private static readonly string[] HttpTypes =
    [
        "Microsoft.Azure.Functions.Worker.Http.HttpRequestData",
        "Microsoft.Azure.Functions.Worker.Http.HttpResponseData",
        "Microsoft.Azure.Functions.Worker.FunctionContext",
        "Gatehouse.Protection.Http.HttpExchange",
        "Gatehouse.Protection.Http.ProblemException",
        "Gatehouse.Protection.Http.OAuthError",
    ];

    [Fact]
    public void Folder_UsesOnlyTheOnesAboveIt()
    {
        output.WriteLine(DrawTable());

        var upward = FindUpward(Layers.Order).ToArray();

        Assert.True(upward.Length == 0, $"A folder may use only the ones above it in Layers.Order. Move the type, or let the upper folder define an interface that the lower one registers:\n{string.Join('\n', upward)}");
    }

    [Fact]
    public void Reference_ToAFolderBelow_IsNamedWithFileAndLine()
    {
        // The same code in a house where Keys stands below Tokens, which uses it.
        string[] wrong = [.. Layers.Order.Where(static folder => folder != "functions/Keys"), "functions/Keys"];

        var upward = FindUpward(wrong).ToArray();

        Assert.Contains(upward, static line => line.StartsWith("functions/Tokens/AccessTokenIssuer.cs:", StringComparison.Ordinal) && line.EndsWith("functions/Tokens must not use Gatehouse.Keys.KeyRing of functions/Keys.", StringComparison.Ordinal));
    }

    [Fact]
    public void Folders_AreAllInTheTable()
    {
        var folders = new[] { "libraries", "functions" }
            .SelectMany(static root => Directory.EnumerateFiles(RepositoryFolder.PathOf(root), "*.cs", SearchOption.AllDirectories))
            .Select(static file => Path.GetRelativePath(RepositoryFolder.Root, Path.GetDirectoryName(file)!).Replace('\\', '/'))
            .Distinct();

        Assert.All(folders, static folder => Assert.True(
            Layers.Order.Any(layer => folder == layer || (layer != "functions" && folder.StartsWith(layer + "/", StringComparison.Ordinal))),
            $"{folder} is not in Layers.Order. Put it below all folders that it uses."));
    }

    [Fact]
    public void ArchitectureDocument_ListsTheFoldersInTheirOrder()
    {
        var listed = File.ReadLines(RepositoryFolder.PathOf("docs/architecture.md"))
            .Select(static line => FolderRow().Match(line))
            .Where(static match => match.Success)
            .Select(static match => match.Groups[1].Value);

        Assert.Equal(Layers.Order, listed);
    }

    [Fact]
    public void DomainType_KnowsNothingOfHttp()
    {
        var seen = new[] { "Gatehouse.Protection.dll", "Gatehouse.dll" }.SelectMany(Layers.ReadUses)
            .Where(static use => HttpTypes.Contains(use.Used.GetElementType().FullName) && !IsEdge(use.Type.Namespace, use.Type.Name))
            .Select(static use => $"{use.Place}: {use.Type.FullName} uses {use.Used.Name}.")
            .Distinct()
            .ToArray();

        Assert.True(seen.Length == 0, $"A domain type must not know HTTP. Return a result or throw an exception of the folder's own, and map it in the folder's IProblemMapper:\n{string.Join('\n', seen)}");
    }

    private static bool IsEdge(string space, string name) =>
        space.StartsWith("Gatehouse.Protection.Http", StringComparison.Ordinal)
        || Layers.Of(space) is null
        || EdgeTypes.Contains($"{space}.{name}")
        || EdgeNames.Any(end => name.EndsWith(end, StringComparison.Ordinal));

    private static IEnumerable<string> FindUpward(IReadOnlyList<string> order)
    {
        var places = order.Index().ToDictionary(static layer => layer.Item, static layer => layer.Index);
        return Layers.References
            .Where(reference => places[reference.From] < places[reference.To])
            .Select(static reference => $"{reference.Place}: {reference.From} must not use {reference.Type} of {reference.To}.")
            .Distinct()
            .Order(StringComparer.Ordinal);
    }

    /// <summary>How many types of each folder (column) each folder (row) uses.</summary>
    private static string DrawTable()
    {
        var table = new StringBuilder("folder uses the folders above it, by their numbers\n");
        foreach (var (number, row) in Layers.Order.Index())
        {
            var used = Layers.Order.Index()
                .Select(column => (column.Index, Types: Layers.References.Where(reference => reference.From == row && reference.To == column.Item).Select(static reference => reference.Type).Distinct().Count()))
                .Where(static column => column.Types > 0)
                .Select(static column => string.Create(CultureInfo.InvariantCulture, $"{column.Index}:{column.Types}"));
            table.AppendLine(CultureInfo.InvariantCulture, $"{number,2} {row,-30} {string.Join(' ', used)}");
        }

        return table.ToString();
    }

    [GeneratedRegex(@"^\| `((?:libraries|functions)[^`]*)` \|")]
    private static partial Regex FolderRow();
}
