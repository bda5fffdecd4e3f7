using Gatehouse.Protection.Http;

namespace Gatehouse.Tests.Unit.Protection.Http;

public sealed class ForwardedForTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("203.0.113.7:52345", "203.0.113.7")]
    [InlineData(" 203.0.113.7:52345 ", "203.0.113.7")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("2001:DB8:0:0:0:0:0:1", "2001:db8::1")]
    [InlineData("[2001:db8::1]", "2001:db8::1")]
    [InlineData("[2001:db8::1]:52345", "2001:db8::1")]
    [InlineData("::1", "::1")]
    [InlineData("[::ffff:203.0.113.7]:1", "::ffff:203.0.113.7")]
    [InlineData("198.51.100.1, 203.0.113.7:1", "203.0.113.7")]
    [InlineData("198.51.100.1,203.0.113.7", "203.0.113.7")]
    [InlineData("nonsense, [2001:db8::1]:80, 203.0.113.7:1", "203.0.113.7")]
    [InlineData(",,203.0.113.7", "203.0.113.7")]
    public void ReadCaller_TakesTheLastEntry_WithoutItsPort(string header, string expected)
    {
        Assert.Equal(expected, ForwardedFor.ReadCaller(header)?.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(",")]
    [InlineData("203.0.113.7,")]
    [InlineData("203.0.113.7, ")]
    [InlineData("203.0.113.7, unknown")]
    [InlineData("203.0.113.7, _hidden")]
    [InlineData("for=203.0.113.7")]
    [InlineData("example.com")]
    [InlineData("1")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("256.0.0.1")]
    [InlineData("010.0.0.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("203.0.113.7:")]
    [InlineData("203.0.113.7:x")]
    [InlineData("203.0.113.7:+80")]
    [InlineData("203.0.113.7:70000")]
    [InlineData("203.0.113.7:-1")]
    [InlineData("203.0.113.7 :1")]
    [InlineData("203.0.113.7/24")]
    [InlineData("[203.0.113.7]:80")]
    [InlineData("[2001:db8::1")]
    [InlineData("2001:db8::1]")]
    [InlineData("[2001:db8::1]80")]
    [InlineData("[2001:db8::1]:")]
    [InlineData("[2001:db8::1]:x")]
    [InlineData("[[2001:db8::1]]")]
    [InlineData("[]")]
    [InlineData("[")]
    [InlineData(":")]
    [InlineData("::1/64")]
    [InlineData("fe80::1%eth0")]
    [InlineData("2001:db8::1::2")]
    [InlineData("2001:db8:1:2:3:4:5:6:7")]
    [InlineData("2001:db8::g")]
    [InlineData("\"203.0.113.7\"")]
    public void ReadCaller_MalformedLastEntry_IsNull(string header)
    {
        Assert.Null(ForwardedFor.ReadCaller(header));
    }

    [Theory]
    [InlineData("203.0.113.7:1, 198.51.100.1:2", 1, "203.0.113.7")]
    [InlineData("192.0.2.1, 203.0.113.7:1, 198.51.100.1:2", 1, "203.0.113.7")]
    [InlineData("192.0.2.1,203.0.113.7,198.51.100.1,198.51.100.2", 2, "203.0.113.7")]
    [InlineData("[2001:db8::1]:80, 198.51.100.1:2", 1, "2001:db8::1")]
    [InlineData("203.0.113.7,1,2,3,4,5", 5, "203.0.113.7")]
    [InlineData("198.51.100.1:2", 1, "198.51.100.1")]
    [InlineData("192.0.2.1, 198.51.100.1:2", 2, "198.51.100.1")]
    [InlineData("192.0.2.1, 198.51.100.1:2", 5, "198.51.100.1")]
    [InlineData("nonsense, 198.51.100.1:2", 1, null)]
    [InlineData(", 198.51.100.1:2", 1, null)]
    [InlineData("", 1, null)]
    public void ReadCaller_BehindProxies_TakesTheEntryBeforeTheirs_OrTheLastOfTooFew(string header, int proxies, string? expected)
    {
        Assert.Equal(expected, ForwardedFor.ReadCaller(header, proxies)?.ToString());
    }

    [Fact]
    public void ReadCaller_VeryLongEntry_IsNull()
    {
        Assert.Null(ForwardedFor.ReadCaller(new string('1', 100_000)));
        Assert.Null(ForwardedFor.ReadCaller(new string(':', 100_000)));
        Assert.Null(ForwardedFor.ReadCaller(new string('[', 100_000)));
    }
}
