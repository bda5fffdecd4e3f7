using Gatehouse.Protection.Http;
using Gatehouse.RateLimits;

namespace Gatehouse.Tests.Unit.RateLimits;

public sealed class PartitionHashTests
{
    /// <summary>The test vectors of the SipHash paper's reference implementation: key 00 01 … 0f, message 00 01 …</summary>
    [Theory]
    [InlineData(0, 0x726fdb47dd0e0e31)]
    [InlineData(1, 0x74f839c593dc67fd)]
    [InlineData(2, 0x0d6c8009d9a94f5a)]
    [InlineData(7, 0xab0200f58b01d137)]
    [InlineData(8, 0x93f5f5799a932462)]
    [InlineData(15, 0xa129ca6149be45e5)]
    public void Of_IsSipHash24(int length, ulong expected)
    {
        var hash = new PartitionHash(Count(16));

        Assert.Equal(expected, hash.Of(Count(length)));
    }

    [Fact]
    public void Of_WithAnotherKey_Differs()
    {
        Assert.NotEqual(new PartitionHash().Of("ada"), new PartitionHash().Of("ada"));
    }

    [Fact]
    public void Of_EqualValues_IsEqual()
    {
        var hash = new PartitionHash();

        Assert.Equal(hash.Of("ada"), hash.Of("ada"));
        Assert.NotEqual(hash.Of("ada"), hash.Of("Ada"));
        Assert.NotEqual(hash.Of(""), hash.Of("\0"));
        Assert.Equal(hash.Of(ClientAddress.Unknown), hash.Of(ClientAddress.From(null)));
    }

    private static byte[] Count(int length) => [.. Enumerable.Range(0, length).Select(static number => (byte)number)];
}
