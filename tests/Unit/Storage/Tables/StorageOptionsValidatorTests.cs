using Gatehouse.Storage.Tables;

namespace Gatehouse.Tests.Unit.Storage.Tables;

public sealed class StorageOptionsValidatorTests
{
    private const string Key = "c2VjcmV0LWtleQ==";

    [Theory]
    [InlineData("gatehouse1", null)]
    [InlineData(null, "UseDevelopmentStorage=true")]
    [InlineData("", "DefaultEndpointsProtocol=https;AccountName=abc;AccountKey=" + Key + ";EndpointSuffix=core.windows.net")]
    public void Validate_OneStorage_IsAccepted(string? account, string? connection) =>
        Assert.Null(Validate(new StorageOptions { AccountName = account, ConnectionString = connection }));

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData("gatehouse1", "UseDevelopmentStorage=true")]
    public void Validate_NoStorageOrTwo_NamesBothSettings(string? account, string? connection)
    {
        var failure = Validate(new StorageOptions { AccountName = account, ConnectionString = connection });

        Assert.Contains("Storage:AccountName", failure, StringComparison.Ordinal);
        Assert.Contains("Storage:ConnectionString", failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("https://gatehouse1.table.core.windows.net")]
    [InlineData("Gatehouse1")]
    [InlineData("gate-house")]
    [InlineData("a234567890123456789012345")]
    public void Validate_InvalidAccountName_IsRefused(string account) =>
        Assert.StartsWith("Storage:AccountName must be", Validate(new StorageOptions { AccountName = account }), StringComparison.Ordinal);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("AccountName=abc;AccountKey=" + Key + "x!")]
    public void Validate_InvalidConnectionString_IsRefused_WithoutItsKey(string connection)
    {
        var failure = Validate(new StorageOptions { ConnectionString = connection });

        Assert.StartsWith("Storage:ConnectionString must be", failure, StringComparison.Ordinal);
        Assert.DoesNotContain(Key, failure, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("Gatehouse2")]
    [InlineData("a2345678901234567890")]
    public void Validate_Prefix_IsAccepted(string prefix) => Assert.Null(Validate(new StorageOptions { AccountName = "abc", TablePrefix = prefix }));

    [Theory]
    [InlineData("1a")]
    [InlineData("a-b")]
    [InlineData("ä")]
    [InlineData("a23456789012345678901")]
    public void Validate_InvalidPrefix_IsRefused(string prefix) =>
        Assert.StartsWith("Storage:TablePrefix must be", Validate(new StorageOptions { AccountName = "abc", TablePrefix = prefix }), StringComparison.Ordinal);

    [Theory]
    [InlineData("")]
    [InlineData("https://core.windows.net")]
    [InlineData("a/b")]
    public void Validate_InvalidEndpointSuffix_IsRefused(string suffix) =>
        Assert.StartsWith("Storage:EndpointSuffix must be", Validate(new StorageOptions { AccountName = "abc", EndpointSuffix = suffix }), StringComparison.Ordinal);

    private static string? Validate(StorageOptions options) => new StorageOptionsValidator().Validate(null, options).FailureMessage;
}
