using Gatehouse.Tokens;

namespace Gatehouse.Tests.Unit.Tokens;

public sealed class RefreshTokenTests
{
    [Fact]
    public void Parse_OfAnEncodedToken_ReturnsTheSameToken()
    {
        var token = RefreshToken.CreateFirst();

        Assert.True(RefreshToken.TryParse(token.Encode(), out var parsed));
        Assert.True(parsed.Matches(token.Hash()));
        Assert.Equal(token.FamilyId, parsed.FamilyId);
    }

    [Fact]
    public void FamilyId_DoesNotRevealTheTokensFirstPart()
    {
        var token = RefreshToken.CreateFirst();

        Assert.NotEqual(token.FamilyId, token.Encode().Split('.')[0]);
    }

    [Fact]
    public void Next_DependsOnTheSalt()
    {
        var token = RefreshToken.CreateFirst();
        var salt = RefreshToken.CreateSalt();

        Assert.Equal(token.Next(salt).Encode(), token.Next(salt).Encode());
        Assert.NotEqual(token.Next(salt).Encode(), token.Next(RefreshToken.CreateSalt()).Encode());
        Assert.Equal(token.FamilyId, token.Next(salt).FamilyId);
        Assert.False(token.Next(salt).Matches(token.Hash()));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA.")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA*")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void TryParse_MalformedToken_IsRefused(string text) => Assert.False(RefreshToken.TryParse(text, out _));

    [Fact]
    public void ToString_HasNoSecret()
    {
        var token = RefreshToken.CreateFirst();

        foreach (var part in token.Encode().Split('.'))
        {
            Assert.DoesNotContain(part, token.ToString(), StringComparison.Ordinal);
        }
    }
}
