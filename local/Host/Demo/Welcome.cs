namespace Gatehouse.Local.Demo;

/// <summary>The text that the program prints when it has started.</summary>
internal static class Welcome
{
    // Git Bash runs on Windows too, and sets this variable.
    private static bool IsPowerShellLikely => OperatingSystem.IsWindows() && Environment.GetEnvironmentVariable("MSYSTEM") is null;

    /// <summary>Corrects the URL in the demo's file, and describes how to try the API.</summary>
    /// <param name="urls">Where the program listens.</param>
    /// <param name="demo">The demo; null without one.</param>
    /// <param name="mailFolder">Where mails go; empty for an SMTP server.</param>
    /// <param name="cancellationToken">Cancels the update of the demo's file.</param>
    public static async Task<string> WriteAsync(ICollection<string> urls, DemoData? demo, string mailFolder = "", CancellationToken cancellationToken = default)
    {
        var listening = $"Gatehouse listens on {string.Join(", ", urls)}  (Ctrl+C stops it)";
        if (demo is null)
        {
            return listening;
        }

        // The port is final only now, and an earlier start may have had another.
        var url = ListenUrls.ForCallers(urls.First());
        await demo.File.SetUrlAsync(url, cancellationToken);
        var made = demo.IsNew ? "Made the users viewer, editor and admin, the client demo-client and 60 products" : "Users viewer, editor and admin, and the client demo-client, as before";
        var file = Shorten(demo.File.Path);
        return $"""

            {listening}
            {made}; their passwords are in {file}.
            {(mailFolder.Length > 0 ? $"Mails are .eml files in {Shorten(mailFolder)}." : "Mails go to the SMTP server.")}
            Sign in with a browser: {url}/sign-in
            Try every request: {url}/docs

            {(IsPowerShellLikely ? ForPowerShell(url, file) : ForBash(url, file))}

            """;
    }

    /// <summary>Lines for bash: a person and a machine sign in and list products.</summary>
    /// <param name="url">Where the API is.</param>
    /// <param name="file">The demo's file.</param>
    public static string ForBash(string url, string file) => $$"""
        Paste into another shell, in the same folder:

          set -a; . {{Quote(file.Replace(Path.DirectorySeparatorChar, '/'), @"'\''")}}; set +a

          # A person signs in and lists products.
          TOKEN=$(curl -s {{url}}/authenticate -H 'Content-Type: application/json' \
            -d "{\"username\":\"viewer\",\"password\":\"$VIEWER_PASSWORD\"}" | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
          curl -s "{{url}}/api/products?pageSize=3" -H "Authorization: Bearer $TOKEN"

          # A machine signs in with credentials of its own.
          TOKEN=$(curl -s {{url}}/token -u "$CLIENT_ID:$CLIENT_SECRET" \
            -d grant_type=client_credentials | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
          curl -s "{{url}}/api/products?category=Books" -H "Authorization: Bearer $TOKEN"
        """;

    /// <summary>The same lines for PowerShell.</summary>
    /// <param name="url">Where the API is.</param>
    /// <param name="file">The demo's file.</param>
    public static string ForPowerShell(string url, string file) => $$"""
        Paste into another PowerShell, in the same folder:

          Get-Content -LiteralPath {{Quote(file, "''")}} | ForEach-Object { $name, $value = $_ -split '=', 2; Set-Item "env:$name" $value }

          # A person signs in and lists products.
          $body = @{ username = 'viewer'; password = $env:VIEWER_PASSWORD } | ConvertTo-Json
          $token = (Invoke-RestMethod {{url}}/authenticate -Method Post -ContentType application/json -Body $body).access_token
          (Invoke-RestMethod "{{url}}/api/products?pageSize=3" -Headers @{ Authorization = "Bearer $token" }).items

          # A machine signs in with credentials of its own.
          $form = @{ grant_type = 'client_credentials'; client_id = $env:CLIENT_ID; client_secret = $env:CLIENT_SECRET }
          $token = (Invoke-RestMethod {{url}}/token -Method Post -Body $form).access_token
          (Invoke-RestMethod "{{url}}/api/products?category=Books" -Headers @{ Authorization = "Bearer $token" }).items
        """;

    private static string Shorten(string path)
    {
        var relative = Path.GetRelativePath(Directory.GetCurrentDirectory(), path);

        // A shell looks for a bare name in its PATH, so the short form begins with a dot.
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : Path.Combine(".", relative);
    }

    private static string Quote(string path, string quote) =>
        path.All(static character => char.IsAsciiLetterOrDigit(character) || character is '/' or '\\' or ':' or '.' or '-' or '_')
            ? path
            : $"'{path.Replace("'", quote, StringComparison.Ordinal)}'";
}
