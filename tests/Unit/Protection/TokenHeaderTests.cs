using Gatehouse.Protection;

namespace Gatehouse.Tests.Unit.Protection;

/// <summary>How a <c>typ</c> is compared (RFC 7515 §4.1.9).</summary>
public sealed class TokenHeaderTests
{
    [Theory]
    [InlineData("at+jwt")]
    [InlineData("AT+JWT")]
    [InlineData("application/at+jwt")]
    [InlineData("Application/At+Jwt")]
    public void Type_InAnySpellingOfTheMediaType_IsTheExpectedOne(string type) => Assert.True(TokenHeader.IsType(type, "at+jwt"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("jwt")]
    [InlineData("application/")]
    [InlineData("text/at+jwt")]
    [InlineData("application/application/at+jwt")]
    [InlineData(" at+jwt")]
    public void AnotherType_IsNotTheExpectedOne(string? type) => Assert.False(TokenHeader.IsType(type, "at+jwt"));
}
