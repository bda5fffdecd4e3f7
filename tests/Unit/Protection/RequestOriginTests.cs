using System.Net;
using Gatehouse.Protection.Http;
using Microsoft.Azure.Functions.Worker;
using Moq;

namespace Gatehouse.Tests.Unit.Protection;

public sealed class RequestOriginTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData(" \t\u0007", null)]
    [InlineData("curl/8.5\u0007\u202E\u00E9\r\n", "curl/8.5")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (X11; Linux x86_64)")]
    public void UserAgent_KeepsItsPrintableCharacters(string? header, string? expected) => Assert.Equal(expected, OriginOf(header).FindUserAgent());

    [Fact]
    public void UserAgent_Long_IsCut() => Assert.Equal(200, OriginOf(new string('x', 5000)).FindUserAgent()!.Length);

    [Theory]
    [InlineData("203.0.113.77", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.77", "203.0.113.0/24")]
    [InlineData("2001:db8:aaaa:bbbb::1", "2001:db8:aaaa::/48")]
    [InlineData("::1", "::/48")]
    public void SitePrefix_HidesTheRestOfTheAddress(string address, string expected) => Assert.Equal(expected, ClientAddress.From(IPAddress.Parse(address)).FindSitePrefix());

    [Fact]
    public void SitePrefix_OfAnUnknownAddress_IsNull() => Assert.Null(ClientAddress.Unknown.FindSitePrefix());

    private static RequestOrigin OriginOf(string? userAgent)
    {
        var lines = 1;
        var exchange = new Mock<HttpExchange>(Mock.Of<FunctionContext>());
        exchange.Setup(exchange => exchange.FindHeader("User-Agent", out lines)).Returns(userAgent);
        var origin = new RequestOrigin();
        origin.Begin(exchange.Object, ClientAddress.Unknown);
        return origin;
    }
}
