using Gatehouse.Users;

namespace Gatehouse.Tests.Unit.Users;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("grace@example.com", "grace@example.com")]
    [InlineData("Grace.Hopper+test@Example.COM", "grace.hopper+test@example.com")]
    [InlineData("o'brien@localhost", "o'brien@localhost")]
    [InlineData("grace@bücher.example", "grace@xn--bcher-kva.example")]
    public void Address_IsReadInOneForm(string text, string expected)
    {
        Assert.True(EmailAddress.TryParse(text, out var address));
        Assert.Equal(expected, address.Value);
        Assert.True(EmailAddress.TryParse(address.Value, out var again));
        Assert.Equal(address, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("grace")]
    [InlineData("@example.com")]
    [InlineData("grace@")]
    [InlineData("grace@example..com")]
    [InlineData(".grace@example.com")]
    [InlineData("gra..ce@example.com")]
    [InlineData("grace@mallory@example.com")]
    [InlineData("\"grace hopper\"@example.com")]
    [InlineData("Grace <grace@example.com>")]
    [InlineData("grace@example.com\r\nBcc: mallory@example.com")]
    [InlineData("grace@example.com\n")]
    [InlineData("gräce@example.com")]
    [InlineData("grace@exa_mple.com")]
    [InlineData("grace@[127.0.0.1]")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456@example.com")]
    public void Anything_Else_IsRefused(string? text) => Assert.False(EmailAddress.TryParse(text, out _));
}
