using Azure.Data.Tables;
using Microsoft.Extensions.Options;

namespace Gatehouse.Storage.Tables;

/// <summary>Stops the start when it isn't clear where the data is kept.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    private const int MaxPrefixLength = 20;

    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        var failures = new List<string>();
        var hasAccount = !string.IsNullOrEmpty(options.AccountName);
        if (hasAccount == !string.IsNullOrEmpty(options.ConnectionString))
        {
            failures.Add("Storage:AccountName (in Azure) or Storage:ConnectionString (UseDevelopmentStorage=true for Azurite on this machine) must be set, and not both.");
        }
        else if (hasAccount && !IsAccountName(options.AccountName!))
        {
            failures.Add("Storage:AccountName must be the name of a storage account: 3 to 24 lower-case letters and digits, not a URL.");
        }
        else if (!hasAccount && !IsConnectionString(options.ConnectionString!))
        {
            failures.Add("Storage:ConnectionString must be a connection string of a storage account, or UseDevelopmentStorage=true.");
        }

        if (Uri.CheckHostName(options.EndpointSuffix) != UriHostNameType.Dns)
        {
            failures.Add("Storage:EndpointSuffix must be a domain, such as core.windows.net.");
        }

        if (options.TablePrefix.Length > MaxPrefixLength
            || !options.TablePrefix.All(char.IsAsciiLetterOrDigit)
            || (options.TablePrefix.Length > 0 && !char.IsAsciiLetter(options.TablePrefix[0])))
        {
            failures.Add($"Storage:TablePrefix must be 0 to {MaxPrefixLength} letters and digits, the first a letter.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
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
