using Gatehouse.Protection.Http;

namespace Gatehouse.Tests.Unit.Protection.Http;

public sealed class EntityTagTests
{
    [Theory]
    [InlineData("\"a\"", true)]
    [InlineData("*", true)]
    [InlineData(" * ", true)]
    [InlineData("\"x\", \"a\"", true)]
    [InlineData("W/\"a\"", false)]
    [InlineData("a", false)]
    [InlineData("\"b\"", false)]
    [InlineData("", false)]
    public void IsMatch_ComparesStrongly(string header, bool expected) => Assert.Equal(expected, EntityTag.IsMatch(header, "\"a\""));

    [Theory]
    [InlineData("\"a\"", true)]
    [InlineData("*", true)]
    [InlineData("\"x\",W/\"a\"", true)]
    [InlineData("W/\"a\"", true)]
    [InlineData("a", false)]
    [InlineData("\"b\"", false)]
    public void IsNoneMatch_ComparesWeakly(string header, bool expected) => Assert.Equal(expected, EntityTag.IsNoneMatch(header, "\"a\""));
}
