namespace Gatehouse.Local.Demo;

/// <summary>What the program says when it has started.</summary>
internal static class Welcome
{
    /// <param name="urls">Where it listens.</param>
    /// <param name="demo">The demo; null without one.</param>
    /// <param name="cancellationToken">Ends the looking after the demo's file.</param>
    public static async Task<string> WriteAsync(ICollection<string> urls, DemoData? demo, CancellationToken cancellationToken = default)
    {
        var listening = $"Gatehouse listens on {string.Join(", ", urls)}  (Ctrl+C stops it)";
        if (demo is null)
        {
            return listening;
        }

        // Only now the port is known for sure, and it may be another than at the start that has made the file.
        await demo.File.SetUrlAsync(ListenUrls.ForCallers(urls.First()), cancellationToken);
        var file = ForShell(demo.File.Path);
        var made = demo.IsNew ? "Made the users viewer, editor and admin, the client demo-client and 60 products" : "Users viewer, editor and admin, and the client demo-client, as before";
        return $$"""

            {{listening}}
            {{made}}; their passwords are in {{file}}.
            Try it in a browser: {{ListenUrls.ForCallers(urls.First())}}/docs

            Paste into another shell, in the same folder:

              set -a; . {{file}}; set +a

              # A person signs in and lists products.
              TOKEN=$(curl -s $GATEHOUSE_URL/authenticate -H 'Content-Type: application/json' \
                -d "{\"username\":\"viewer\",\"password\":\"$VIEWER_PASSWORD\"}" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
              curl -s "$GATEHOUSE_URL/api/products?pageSize=3" -H "Authorization: Bearer $TOKEN"

              # A machine does, with its own credentials.
              TOKEN=$(curl -s $GATEHOUSE_URL/token -u "$CLIENT_ID:$CLIENT_SECRET" \
                -d grant_type=client_credentials | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
              curl -s "$GATEHOUSE_URL/api/products?category=Books" -H "Authorization: Bearer $TOKEN"

            """;
    }

    private static string ForShell(string path)
    {
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);

        // With ./ in front, because a shell looks for a bare name in its PATH.
        var shown = relative.StartsWith("..", StringComparison.Ordinal) ? path : "./" + relative;
        return shown.All(static character => char.IsAsciiLetterOrDigit(character) || character is '/' or '.' or '-' or '_')
            ? shown
            : $"'{shown.Replace("'", @"'\''", StringComparison.Ordinal)}'";
    }
}
