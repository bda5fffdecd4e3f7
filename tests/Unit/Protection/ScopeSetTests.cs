using Gatehouse.Protection;

namespace Gatehouse.Tests.Unit.Protection;

public sealed class ScopeSetTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a b a", "a b")]
    [InlineData("  b   a ", "b a")]
    public void Parse_KeepsTheOrder_AndDropsDuplicates(string text, string expected) => Assert.Equal(expected, ScopeSet.Parse(text).Text);

    [Fact]
    public void Contains_ComparesWholeScopes_CaseSensitively()
    {
        var scopes = ScopeSet.Parse("samples:read");

        Assert.True(scopes.Contains("samples:read"));
        Assert.False(scopes.Contains("products"));
        Assert.False(scopes.Contains("Products:Read"));
        Assert.False(scopes.Contains("*"));
    }

    [Theory]
    [InlineData("a", "a b", true)]
    [InlineData("", "a", true)]
    [InlineData("a c", "a b", false)]
    public void IsSubsetOf_ComparesAsSets(string some, string all, bool expected) => Assert.Equal(expected, ScopeSet.Parse(some).IsSubsetOf(ScopeSet.Parse(all)));

    [Fact]
    public void Intersect_ReturnsTheScopesInBoth() => Assert.Equal("c a", ScopeSet.Parse("c b a").Intersect(ScopeSet.Parse("a c d")).Text);

    [Theory]
    [InlineData("samples:read", true)]
    [InlineData("!#[]~", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a\"", false)]
    [InlineData("a\\", false)]
    [InlineData("ä", false)]
    public void IsScopeToken_FollowsRfc6749(string text, bool expected) => Assert.Equal(expected, ScopeSet.IsScopeToken(text));

    [Fact]
    public void Parse_ManyDistinctValues_AreNotAllCached()
    {
        var first = ScopeSet.Parse($"unique-{Guid.NewGuid()}");
        for (var number = 0; number < 1000; number++)
        {
            ScopeSet.Parse($"scope-{number}-{Guid.NewGuid()}");
        }

        Assert.NotSame(ScopeSet.Parse($"late-{first.Text}"), ScopeSet.Parse($"late-{first.Text}"));
    }
}
