namespace Gatehouse.Local.Demo;

/// <summary>What the program says when it has started.</summary>
internal static class Welcome
{
    /// <param name="urls">Where it listens.</param>
    /// <param name="demoFile">The file with the demo passwords; null without the demo.</param>
    /// <param name="isNew">Whether the demo was made just now.</param>
    public static string Write(IEnumerable<string> urls, string? demoFile, bool isNew)
    {
        var listening = $"Gatehouse listens on {string.Join(", ", urls)}  (Ctrl+C stops it)";
        if (demoFile is null)
        {
            return listening;
        }

        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), demoFile);
        var file = relative.StartsWith("..", StringComparison.Ordinal) ? demoFile : "./" + relative;
        var made = isNew ? "Made the users viewer, editor and admin, the client demo-client and 60 products" : "Users viewer, editor and admin, and the client demo-client, as before";
        return $$"""

            {{listening}}
            {{made}}; their passwords are in {{file}}.

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
}
