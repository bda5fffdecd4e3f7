using Gatehouse.Protection.Http;

namespace Gatehouse.Tests.Unit.Protection.Http;

public sealed class HttpOptionsTests
{
    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(5, true)]
    public void ValidValues_AreAccepted(int proxies, bool trust) => Assert.Null(FindFault(proxies, trust));

    [Theory]
    [InlineData(-1, true, "Http:ProxiesInFront must be between 0 and 5.")]
    [InlineData(6, true, "Http:ProxiesInFront must be between 0 and 5.")]
    [InlineData(1, false, "Http:TrustForwardedFor must be true")]
    public void InvalidValue_IsReported_WithSettingAndRange(int proxies, bool trust, string expected) =>
        Assert.Contains(expected, FindFault(proxies, trust), StringComparison.Ordinal);

    private static string? FindFault(int proxies, bool trust) =>
        new HttpOptionsValidator().Validate(null, new HttpOptions { ProxiesInFront = proxies, TrustForwardedFor = trust }).FailureMessage;
}
