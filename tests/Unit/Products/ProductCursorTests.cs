using Gatehouse.Products;

namespace Gatehouse.Tests.Unit.Products;

public sealed class ProductCursorTests
{
    private const string Id = "0191b2c3d4e57f0089abcdef01234567";

    [Theory]
    [InlineData(null, null)]
    [InlineData("Books", null)]
    [InlineData(null, "näh")]
    [InlineData("a", "bc")]
    public void Decode_WithTheSameFilters_ReturnsTheId(string? category, string? search)
    {
        Assert.True(ProductCursor.TryDecode(ProductCursor.Encode(Id, category, search), category, search, out var id));
        Assert.Equal(Id, id);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("ab", "c")]
    [InlineData("a", null)]
    [InlineData("bc", "a")]
    [InlineData("a", "")]
    public void Decode_WithOtherFilters_IsRefused(string? category, string? search) =>
        Assert.False(ProductCursor.TryDecode(ProductCursor.Encode(Id, "a", "bc"), category, search, out _));

    [Fact]
    public void Decode_WithAChangedCharacter_IsRefused()
    {
        var cursor = ProductCursor.Encode(Id, null, null);
        for (var index = 0; index < cursor.Length; index++)
        {
            var changed = cursor[..index] + (cursor[index] == 'A' ? 'B' : 'A') + cursor[(index + 1)..];
            Assert.False(ProductCursor.TryDecode(changed, null, null, out _));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\u00E4A")]
    public void Decode_MalformedCursor_IsRefused(string cursor) => Assert.False(ProductCursor.TryDecode(cursor, null, null, out _));
}
