using Gatehouse.Authentication;

namespace Gatehouse.Tests.Unit.Authentication;

public sealed class UserNameTests
{
    [Theory]
    [InlineData("ada", "ada")]
    [InlineData("Ada Lovelace", "ada lovelace")]
    [InlineData("ADA@EXAMPLE.COM", "ada@example.com")]
    [InlineData("A\u030Asa", "\u00E5sa")]
    [InlineData("ﬁona", "fiona")]
    [InlineData("ｗｉｄｅ", "wide")]
    [InlineData("名前", "名前")]
    public void TryParse_AName_HasTheKeyOfAllThatLooksLikeIt(string text, string key)
    {
        Assert.True(UserName.TryParse(text, out var name));
        Assert.Equal(key, name.Key);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" ada")]
    [InlineData("ada ")]
    [InlineData("a\u0000da")]
    [InlineData("a\u200Bda")]
    [InlineData("a\u202Eda")]
    [InlineData("a\nda")]
    [InlineData("a\uD800da")]
    public void TryParse_WhatCannotBeSeenOrRead_IsNoName(string? text) => Assert.False(UserName.TryParse(text, out _));

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void TryParse_HasABound(int length, bool expected) => Assert.Equal(expected, UserName.TryParse(new string('x', length), out _));
}
