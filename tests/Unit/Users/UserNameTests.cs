using Gatehouse.Users;

namespace Gatehouse.Tests.Unit.Users;

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
    public void TryParse_NamesThatLookAlike_ShareAKey(string text, string key)
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
    public void TryParse_BlankOrInvisibleCharacters_AreRefused(string? text) => Assert.False(UserName.TryParse(text, out _));

    [Theory]
    [InlineData(0x034F)]
    [InlineData(0x115F)]
    [InlineData(0x1160)]
    [InlineData(0x17B4)]
    [InlineData(0x180B)]
    [InlineData(0x180F)]
    [InlineData(0x2065)]
    [InlineData(0x2800)]
    [InlineData(0x3164)]
    [InlineData(0xFE00)]
    [InlineData(0xFE0F)]
    [InlineData(0xFFA0)]
    [InlineData(0x16FE4)]
    [InlineData(0x1D159)]
    [InlineData(0xE0100)]
    [InlineData(0xE01EF)]
    public void InvisibleTwin_IsNoNewName(int codePoint)
    {
        var twin = "admin" + char.ConvertFromUtf32(codePoint);

        // Reading refuses some of them altogether.
        Assert.True(!UserName.TryParse(twin, out var name) || name.HoldsInvisible);
    }

    [Theory]
    [InlineData("ada")]
    [InlineData("Ada Lovelace")]
    [InlineData("Zoë")]
    [InlineData("名前")]
    [InlineData("한국어")]
    [InlineData("नमस्ते")]
    public void VisibleName_IsANewName(string text)
    {
        Assert.True(UserName.TryParse(text, out var name));
        Assert.False(name.HoldsInvisible);
    }

    [Theory]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public void TryParse_HasAMaximumLength(int length, bool expected) => Assert.Equal(expected, UserName.TryParse(new string('x', length), out _));

    // U+FB1D is two characters in form C. A half-width ka with its voicing mark is two in form C and one in form KC.
    [Theory]
    [InlineData(14, true)]
    [InlineData(15, false)]
    public void TryParse_InFormC_HasTheSameMaximumLength_SoThatAStoredNameParses(int count, bool expected)
    {
        var text = new string('\uFB1D', count) + string.Concat(Enumerable.Repeat("\uFF76\uFF9E", 50));

        Assert.Equal(expected, UserName.TryParse(text, out var name));
        Assert.Equal(expected, UserName.TryParse(name.Value, out _));
    }
}
