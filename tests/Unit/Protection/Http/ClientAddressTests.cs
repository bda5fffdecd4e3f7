using System.Net;
using Gatehouse.Protection.Http;

namespace Gatehouse.Tests.Unit.Protection.Http;

public sealed class ClientAddressTests
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7", true)]
    [InlineData("203.0.113.7", "203.0.113.8", false)]
    [InlineData("203.0.113.7", "::ffff:203.0.113.7", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("0.0.0.1", "::1", false)]
    [InlineData("127.0.0.1", "::1", false)]
    [InlineData("203.0.113.7", "::203.0.113.7", false)]
    [InlineData("0.0.0.0", "::", false)]
    [InlineData("255.255.255.255", "ff00::ffff:ffff", false)]
    public void Network_IsTheSame_ForAddressesOfOneCaller(string one, string other, bool isSame)
    {
        Assert.Equal(isSame, From(one).Network == From(other).Network);
    }

    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("2001:DB8::0:1", "2001:db8::1")]
    public void Address_IsPrintedInItsUsualForm(string given, string shown)
    {
        Assert.Equal(shown, From(given).ToString());
    }

    [Fact]
    public void MissingAddress_AndMulticastAddress_AreUnknown()
    {
        Assert.Same(ClientAddress.Unknown, ClientAddress.From(null));
        Assert.Same(ClientAddress.Unknown, From("ff02::1"));
        Assert.Null(ClientAddress.Unknown.Address);
        Assert.Equal("unknown", ClientAddress.Unknown.ToString());
    }

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("feff:ffff:ffff:ffff::1")]
    public void Network_OfAKnownAddress_DiffersFromUnknown(string address)
    {
        Assert.NotEqual(ClientAddress.Unknown.Network, From(address).Network);
    }

    private static ClientAddress From(string address) => ClientAddress.From(IPAddress.Parse(address));
}
