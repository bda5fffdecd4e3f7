using System.CommandLine;
using System.Globalization;
using Azure.Security.KeyVault.Secrets;
using Gatehouse.Keys;
using Gatehouse.KeyTool.Deployment;
using Gatehouse.KeyTool.Recovery;
using Gatehouse.Protection.Settings;

namespace Gatehouse.KeyTool;

/// <summary>The command line: its verbs and options. <see cref="KeyActions"/> does the work.</summary>
/// <param name="connect">Creates the client of a vault.</param>
/// <param name="localFolder">The folder with the keys of local/Host.</param>
/// <param name="createKey">Creates a private key of one of the <see cref="KeyType"/>s, as PEM.</param>
/// <param name="deployer">The surroundings of the verbs of <c>deploy</c>.</param>
/// <param name="time">The clock.</param>
internal sealed class KeyCommands(Func<Uri, SecretClient> connect, string localFolder, Func<string, string> createKey, Deployer deployer, TimeProvider time)
{
    private static readonly TimeSpan DefaultExpiry = TimeSpan.FromDays(365);
    private static readonly TimeSpan LongestSpan = TimeSpan.FromDays(36_500);

    private readonly Option<Uri?> _vault = new("--vault")
    {
        Description = "The Key Vault, such as https://my-vault.vault.azure.net. Signs in as you do with az login.",
        Recursive = true,
        CustomParser = static result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri) && SafeAddress.IsSafe(uri)
            ? uri
            : Fail(result, "--vault takes an https URL."),
    };

    private readonly Option<string?> _folder = new("--folder") { Description = "The folder with the keys. Default without --vault: .local/keys in the repository, the folder of local/Host.", Recursive = true };
    private readonly Option<string> _secret = new("--secret") { Description = "The name of the secret (Keys:SecretName).", DefaultValueFactory = static _ => new KeysOptions().SecretName, Recursive = true };
    private readonly Option<bool> _json = new("--json") { Description = "Writes the result as JSON.", Recursive = true };
    private readonly Option<TimeSpan> _announceFor = new("--announce-for") { Description = "How long a new key is published before it signs (Keys:AnnounceFor).", DefaultValueFactory = static _ => new KeysOptions().AnnounceFor, Recursive = true };
    private readonly Option<TimeSpan> _lifetime = new("--access-token-lifetime") { Description = "Tokens:AccessTokenLifetime of the app, or Tokens:MaxAccessTokenLifetime if it is set: how long a replaced key verifies.", DefaultValueFactory = static _ => TimeSpan.FromMinutes(10), Recursive = true };

    private readonly Option<TimeSpan> _expiresIn = new("--expires-in") { Description = "The lifetime of the new version.", DefaultValueFactory = static _ => DefaultExpiry };
    private readonly Option<string?> _type = new("--type") { Description = "rsa-2048, rsa-3072 or p-256. Default: the type of the key that signs now; rsa-2048 for the first key." };
    private readonly Option<bool> _ifMissing = new("--if-missing") { Description = "Does nothing if a key signs already." };
    private readonly Option<bool> _emergency = new("--emergency") { Description = "Lets the new key sign at once and disables all others: for a key that has leaked." };
    private readonly Option<bool> _force = new("--force") { Description = "Disables the key even if no other can sign." };
    private readonly Option<string> _to = new("--to") { Description = "The vault of the standby, such as https://my-standby.vault.azure.net, or a folder.", Required = true };
    private readonly Argument<string> _which = new("key") { Description = "A key id or the name of a version." };
    private readonly Argument<string> _file = new("file") { Description = "A file with a private key as PEM or JWK; - reads the standard input." };
    private readonly Argument<string> _url = new("url") { Description = "The URL of the API, or of its key set." };

    // Key ids are base64url. With bundling the parser would read one that begins with -h as -h and a rest, and show the help.
    private static readonly ParserConfiguration Parsing = new() { EnablePosixBundling = false };

    /// <summary>Runs a command line.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> InvokeAsync(string[] args, TextReader input, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var root = Create(input, output, error);
        var parsed = root.Parse(args, Parsing);
        if (parsed.Errors.Count > 0)
        {
            foreach (var fault in parsed.Errors)
            {
                await error.WriteLineAsync($"keys: {fault.Message}");
            }

            await error.WriteLineAsync("keys: see --help.");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false }, cancellationToken);
        }
        catch (Exception exception) when (exception is KeyToolException or SecretSourceUnavailableException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"keys: {exception.Message}");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("keys: stopped before it was done. See: list");
            return ExitCode.Failed;
        }
    }

    private static Uri? Fail(System.CommandLine.Parsing.ArgumentResult result, string message)
    {
        result.AddError(message);
        return null;
    }

    private RootCommand Create(TextReader input, TextWriter output, TextWriter error)
    {
        _type.AcceptOnlyFromAmong(KeyType.All);
        foreach (var span in (Option<TimeSpan>[])[_announceFor, _lifetime, _expiresIn])
        {
            span.Validators.Add(result =>
            {
                // The parser itself refuses a value that is not a time span.
                if (result.Tokens is not [var token] || !TimeSpan.TryParse(token.Value, CultureInfo.InvariantCulture, out var value))
                {
                    return;
                }

                if (TimeSpanText.IsMisleading(token.Value, out var advice))
                {
                    result.AddError($"{span.Name} {advice}");
                }
                else if (span == _announceFor && (value < KeysOptions.MinAnnouncement || value > KeysOptions.MaxAnnouncement))
                {
                    result.AddError($"{span.Name} takes a time span between {KeysOptions.MinAnnouncement:c} and {KeysOptions.MaxAnnouncement:c}: instances, caches and verifiers may know a new key only after that time.");
                }
                else if (value < TimeSpan.Zero || value > LongestSpan)
                {
                    result.AddError($"{span.Name} takes a time span between 0 and {LongestSpan.TotalDays:0} days, such as 1.00:00:00 for a day.");
                }
            });
        }

        var root = new RootCommand("The signing keys of Gatehouse: versions of a secret, in Key Vault or in the folder of local/Host.");
        foreach (var option in (Option[])[_vault, _folder, _secret, _announceFor, _lifetime, _json])
        {
            root.Options.Add(option);
        }

        KeyActions Act(ParseResult parsed) => ActOn(parsed, Open(parsed));
        KeyActions ActOn(ParseResult parsed, IKeyStore store) => new(
            store,
            new KeySettings(parsed.GetValue(_announceFor), parsed.GetValue(_lifetime)),
            createKey,
            time,
            new KeyOutput(output, error, parsed.GetValue(_json)));

        Add(root, "list", "Lists the versions as the running app sees them.", [], (parsed, token) => Act(parsed).ListAsync(token));
        Add(root, "new", "Makes a key. The first key signs at once, a later one after its announcement.", [_type, _expiresIn, _ifMissing],
            (parsed, token) => Act(parsed).NewAsync(parsed.GetValue(_type), parsed.GetValue(_expiresIn), parsed.GetValue(_ifMissing), token));
        Add(root, "rotate", "Makes the next key, of the same type as the key that signs now.", [_type, _expiresIn, _emergency],
            (parsed, token) => Act(parsed).RotateAsync(parsed.GetValue(_type), parsed.GetValue(_expiresIn), parsed.GetValue(_emergency), token));
        Add(root, "retire", "Disables a key. The app refuses its tokens when it next reads the keys.", [_which, _force],
            (parsed, token) => Act(parsed).RetireAsync(parsed.GetValue(_which)!, parsed.GetValue(_force), token));
        Add(root, "import", "Adds an existing key.", [_file, _expiresIn],
            async (parsed, token) => await Act(parsed).ImportAsync(await ReadAsync(parsed.GetValue(_file)!, input, token), parsed.GetValue(_expiresIn), token));
        Add(root, "verify", "Compares the published key set of an API with the keys.", [_url],
            (parsed, token) => Act(parsed).VerifyAsync(parsed.GetValue(_url)!, token));
        Add(root, "copy", "Copies the keys to the vault or folder of a standby, and disables there what is disabled here.", [_to],
            (parsed, token) => new KeyCopy(Open(parsed), OpenTarget(parsed), new KeySettings(parsed.GetValue(_announceFor), parsed.GetValue(_lifetime)), time, new KeyOutput(output, error, parsed.GetValue(_json))).RunAsync(token));
        new RecoveryCommands(output, time).AddTo(root);
        root.Subcommands.Add(new DeployCommands(deployer, time).Create(ActOn, _vault, _secret, DefaultExpiry, output, error));
        return root;
    }

    private static void Add(RootCommand root, string name, string description, Symbol[] symbols, Func<ParseResult, CancellationToken, Task<int>> act)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Option option)
            {
                command.Options.Add(option);
            }
            else
            {
                command.Arguments.Add((Argument)symbol);
            }
        }

        command.SetAction(act);
        root.Subcommands.Add(command);
    }

    private static async Task<string> ReadAsync(string file, TextReader input, CancellationToken cancellationToken) =>
        file == "-" ? await input.ReadToEndAsync(cancellationToken) : await File.ReadAllTextAsync(file, cancellationToken);

    private IKeyStore OpenTarget(ParseResult parsed)
    {
        var to = parsed.GetValue(_to)!;
        return Uri.TryCreate(to, UriKind.Absolute, out var vault) && SafeAddress.IsSafe(vault)
            ? new VaultKeyStore(connect(vault), parsed.GetValue(_secret)!)
            : new FolderKeyStore(Path.GetFullPath(to), parsed.GetValue(_secret)!, time);
    }

    private IKeyStore Open(ParseResult parsed)
    {
        var secret = parsed.GetValue(_secret)!;
        if (!SettingFaults.IsSecretName(secret))
        {
            throw new KeyToolException("--secret takes the name of a secret: letters, digits and hyphens.");
        }

        if (parsed.GetValue(_vault) is { } vault)
        {
            return parsed.GetValue(_folder) is null ? new VaultKeyStore(connect(vault), secret) : throw new KeyToolException("Give --vault or --folder, not both.");
        }

        // The default folder must exist: the app would never read keys in a folder that was made by mistake.
        var folder = Path.GetFullPath(parsed.GetValue(_folder) ?? localFolder);
        return parsed.GetValue(_folder) is not null || Directory.Exists(folder)
            ? new FolderKeyStore(folder, secret, time)
            : throw new KeyToolException($"Give --vault or --folder, because the folder {folder} does not exist.");
    }
}
