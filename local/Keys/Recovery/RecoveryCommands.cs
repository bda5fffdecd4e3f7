using System.CommandLine;
using System.Globalization;
using Azure;
using Azure.Core;
using Azure.Data.Tables;
using Azure.Identity;
using Azure.Storage.Blobs;
using Gatehouse.Backup;
using Gatehouse.Storage.Tables;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gatehouse.KeyTool.Recovery;

/// <summary>The verbs for backups: <c>backups</c>, <c>back-up</c> and <c>restore</c>.</summary>
/// <param name="output">For results.</param>
/// <param name="time">The clock that names the backups.</param>
internal sealed class RecoveryCommands(TextWriter output, TimeProvider time)
{
    private static readonly Lazy<TokenCredential> Credential = new(static () => new DefaultAzureCredential());

    private readonly Option<string> _storage = new("--storage") { Description = "The storage account with the tables of the app, or its connection string.", Required = true };
    private readonly Option<string> _backups = new("--backups") { Description = "The storage account with the backups, or its connection string.", Required = true };
    private readonly Option<string> _container = new("--container") { Description = "The container with the backups (Backup:Container).", DefaultValueFactory = static _ => new BackupOptions().Container };
    private readonly Option<string> _prefix = new("--prefix") { Description = "The prefix of the tables (Storage:TablePrefix).", DefaultValueFactory = static _ => new StorageOptions().TablePrefix };
    private readonly Option<string> _suffix = new("--endpoint-suffix") { Description = "The domain of the storage accounts (Storage:EndpointSuffix).", DefaultValueFactory = static _ => new StorageOptions().EndpointSuffix };
    private readonly Option<string?> _name = new("--name") { Description = "The backup to restore. Default: the newest." };
    private readonly Option<bool> _continue = new("--continue") { Description = "Goes on with an interrupted restore, into tables that hold data." };

    /// <summary>Adds the verbs to the tool.</summary>
    public void AddTo(RootCommand root)
    {
        Add(root, "backups", "Lists the complete backups, the newest first.", [_backups, _container, _suffix], async (parsed, token) =>
        {
            foreach (var backup in await BackupBlobs.ListAsync(OpenBackups(parsed), token))
            {
                await SayAsync(backup);
            }
        });
        Add(root, "back-up", "Makes a backup of the tables now.", [_storage, _backups, _container, _prefix, _suffix], async (parsed, token) =>
        {
            var (tables, prefix, contents) = OpenTables(parsed);
            await SayAsync(await new TableBackup(tables, prefix, contents, OpenBackups(parsed), time).WriteAsync(token));
        });
        Add(root, "restore", "Puts a backup into empty tables.", [_storage, _backups, _container, _prefix, _suffix, _name, _continue], async (parsed, token) =>
        {
            var (tables, prefix, contents) = OpenTables(parsed);
            var restore = new TableRestore(tables, prefix, contents, OpenBackups(parsed));
            await SayAsync(await restore.RestoreAsync(parsed.GetValue(_name), parsed.GetValue(_continue), token));
        });
    }

    private static void Add(RootCommand root, string name, string description, Option[] options, Func<ParseResult, CancellationToken, Task> act)
    {
        var command = new Command(name, description);
        foreach (var option in options)
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, token) =>
        {
            try
            {
                await act(parsed, token);
                return ExitCode.Ok;
            }
            catch (BackupException exception)
            {
                throw new KeyToolException(exception.Message);
            }
            catch (RequestFailedException exception)
            {
                // Not its message, which quotes headers of the answer.
                throw new KeyToolException($"The storage refused (status {exception.Status}, {exception.ErrorCode}). You need the roles Storage Table Data Contributor and Storage Blob Data Reader.");
            }
        });
        root.Subcommands.Add(command);
    }

    private Task SayAsync(BackupManifest backup) => output.WriteLineAsync(
        $"{backup.Name}  {string.Join(", ", backup.Entities.Select(static table => string.Create(CultureInfo.InvariantCulture, $"{table.Key} {table.Value}")))}");

    private (TableServiceClient Tables, string Prefix, IReadOnlyList<IBackedUpTable> Contents) OpenTables(ParseResult parsed)
    {
        var storage = parsed.GetValue(_storage)!;
        var prefix = parsed.GetValue(_prefix)!;
        var tables = IsAccount(storage)
            ? new TableServiceClient(new Uri($"https://{storage}.table.{parsed.GetValue(_suffix)}"), Credential.Value)
            : new TableServiceClient(storage);
        return (tables, prefix, TableStorageServiceCollectionExtensions.CreateBackedUpTables(tables, prefix, time, NullLogger<Table>.Instance));
    }

    private BlobContainerClient OpenBackups(ParseResult parsed)
    {
        var backups = parsed.GetValue(_backups)!;
        var service = IsAccount(backups)
            ? new BlobServiceClient(new Uri($"https://{backups}.blob.{parsed.GetValue(_suffix)}"), Credential.Value)
            : new BlobServiceClient(backups);
        return service.GetBlobContainerClient(parsed.GetValue(_container));
    }

    private static bool IsAccount(string storage) => storage.All(char.IsAsciiLetterOrDigit);
}
