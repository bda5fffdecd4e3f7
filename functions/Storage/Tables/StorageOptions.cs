using Azure.Data.Tables;
using Gatehouse.Protection.Settings;
using Microsoft.Extensions.Options;

namespace Gatehouse.Storage.Tables;

/// <summary>Section <c>Storage</c>: which Azure Table Storage everything is kept in.</summary>
internal sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>
    /// The storage account, which the app's identity may use (role Storage Table Data Contributor). Either this or
    /// <see cref="ConnectionString"/> is required. Defaults to none.
    /// </summary>
    public string? AccountName { get; set; }

    /// <summary>
    /// For one machine: <c>UseDevelopmentStorage=true</c> is Azurite on its usual port. In the cloud <see cref="AccountName"/>
    /// does without a secret. Defaults to none.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>The domain of the accounts; national clouds have others. Defaults to <c>core.windows.net</c>.</summary>
    public string EndpointSuffix { get; set; } = "core.windows.net";

    /// <summary>
    /// What the names of the tables begin with, so that several installations can share an account: 0 to 20 letters and
    /// digits, the first a letter. Defaults to <c>gatehouse</c>.
    /// </summary>
    public string TablePrefix { get; set; } = "gatehouse";
}

/// <summary>Stops the start when it isn't clear where the data is kept.</summary>
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

    private static bool IsAccountName(string text) =>
        text.Length is >= 3 and <= 24 && text.All(static character => char.IsAsciiDigit(character) || char.IsAsciiLetterLower(character));

    // The client reads it; what it says is not passed on, as parts of the text, a key perhaps, could be in it.
    private static bool IsConnectionString(string text)
    {
        try
        {
            _ = new TableServiceClient(text);
            return true;
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException or ArgumentException)
        {
            return false;
        }
    }
}
