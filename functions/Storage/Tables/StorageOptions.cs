using Azure.Data.Tables;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Storage.Tables;

/// <summary>Configuration section <c>Storage</c>: the Azure storage account that holds all data.</summary>
internal sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>
    /// The name of the storage account, on which the app's identity has the roles Storage Table Data
    /// Contributor and Storage Blob Data Contributor. Either this or <see cref="ConnectionString"/> is required. Defaults to none.
    /// </summary>
    public string? AccountName { get; set; }

    /// <summary>
    /// The connection string, for development: <c>UseDevelopmentStorage=true</c> is Azurite on its default ports. In
    /// Azure use <see cref="AccountName"/>, which needs no secret. Defaults to none.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>The domain of the storage accounts; national clouds have others. Defaults to <c>core.windows.net</c>.</summary>
    public string EndpointSuffix { get; set; } = "core.windows.net";

    /// <summary>
    /// The prefix of the names of tables and containers, so that several installations can share an account: 0 to 20 letters and digits,
    /// the first a letter. Defaults to <c>gatehouse</c>.
    /// </summary>
    public string TablePrefix { get; set; } = "gatehouse";
}

/// <summary>Stops the start when section <c>Storage</c> names no storage, or an invalid one.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    private const int MaxPrefixLength = 20;

    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var faults = new SettingFaults(StorageOptions.Section);
        var hasAccount = !string.IsNullOrEmpty(options.AccountName);
        var hasConnection = !string.IsNullOrEmpty(options.ConnectionString);
        faults.Require(hasAccount != hasConnection, nameof(options.AccountName), "(in Azure) or Storage:ConnectionString (UseDevelopmentStorage=true for Azurite on this machine) must be set, and not both.");
        faults.Require(
            !hasAccount || hasConnection || IsAccountName(options.AccountName!),
            nameof(options.AccountName),
            "must be the name of a storage account: 3 to 24 lower-case letters and digits, not a URL.");
        faults.Require(
            hasAccount || !hasConnection || IsConnectionString(options.ConnectionString!),
            nameof(options.ConnectionString),
            "must be a connection string of a storage account, or UseDevelopmentStorage=true.");
        faults.Require(Uri.CheckHostName(options.EndpointSuffix) == UriHostNameType.Dns, nameof(options.EndpointSuffix), "must be a domain, such as core.windows.net.");
        faults.Require(
            options.TablePrefix.Length <= MaxPrefixLength
            && options.TablePrefix.All(char.IsAsciiLetterOrDigit)
            && (options.TablePrefix.Length == 0 || char.IsAsciiLetter(options.TablePrefix[0])),
            nameof(options.TablePrefix),
            $"must be 0 to {MaxPrefixLength} letters and digits, the first a letter.");
        return faults.ToResult();
    }

    /// <summary>Whether a connection string is for a storage on this machine, such as Azurite.</summary>
    public static bool IsLoopback(string connectionString) => FindEndpoint(connectionString) is { IsLoopback: true };

    private static bool IsAccountName(string text) =>
        text.Length is >= 3 and <= 24 && text.All(static character => char.IsAsciiDigit(character) || char.IsAsciiLetterLower(character));

    // Parsed by the client, whose message is dropped because it could quote parts of the string, such as a key.
    private static bool IsConnectionString(string text) => FindEndpoint(text) is not null;

    private static Uri? FindEndpoint(string connectionString)
    {
        try
        {
            return new TableServiceClient(connectionString).Uri;
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}
