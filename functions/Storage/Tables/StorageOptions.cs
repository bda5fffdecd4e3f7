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
