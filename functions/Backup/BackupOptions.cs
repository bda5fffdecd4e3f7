using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Backup;

/// <summary>Configuration section <c>Backup</c>: where the hourly backups of the tables go.</summary>
internal sealed class BackupOptions
{
    public const string Section = "Backup";

    /// <summary>The name of the storage account for backups, in another region than the data. Defaults to none: no backups.</summary>
    public string? AccountName { get; set; }

    /// <summary>The connection string of the account, for development. Defaults to none.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>The container, which must exist. Defaults to <c>backups</c>.</summary>
    public string Container { get; set; } = "backups";

    /// <summary>
    /// The client id of the managed identity that reads the tables and adds backups. Defaults to none: the identity of the app.
    /// </summary>
    public string? ClientId { get; set; }
}

/// <summary>Stops the start when section <c>Backup</c> holds an impossible value.</summary>
internal sealed class BackupOptionsValidator : IValidateOptions<BackupOptions>
{
    public ValidateOptionsResult Validate(string? name, BackupOptions options)
    {
        var faults = new SettingFaults(BackupOptions.Section);
        faults.Require(
            string.IsNullOrEmpty(options.AccountName) || string.IsNullOrEmpty(options.ConnectionString),
            nameof(options.AccountName),
            "(in Azure) or Backup:ConnectionString (for development) may be set, not both.");
        faults.Require(
            options.AccountName is not { Length: > 0 } account || (account.Length is >= 3 and <= 24 && account.All(static character => char.IsAsciiDigit(character) || char.IsAsciiLetterLower(character))),
            nameof(options.AccountName),
            "must be the name of a storage account: 3 to 24 lower-case letters and digits, not a URL.");
        faults.Require(
            options.Container.Length is >= 3 and <= 63 && options.Container.All(static character => char.IsAsciiDigit(character) || char.IsAsciiLetterLower(character) || character == '-'),
            nameof(options.Container),
            "must be the name of a container: 3 to 63 lower-case letters, digits and hyphens.");
        return faults.ToResult();
    }
}
