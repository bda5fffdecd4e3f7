using System.Reflection;
using Gatehouse.Protection.Http;

namespace Gatehouse.Tests.Unit.Protection.Http;

public sealed class FunctionEndpointTests
{
    [Theory]
    [InlineData("token", "/token", true)]
    [InlineData("token", "/TOKEN", true)]
    [InlineData("token", "/token/", true)]
    [InlineData("token", "/tokens", false)]
    [InlineData("token", "/token/x", false)]
    [InlineData("token", "/", false)]
    [InlineData("api/samples/{id}", "/api/samples/1", true)]
    [InlineData("api/samples/{id}", "/api/samples/", false)]
    [InlineData("api/samples/{id}", "/api/samples", false)]
    [InlineData("api/samples/{id}", "/api/samples/1/2", false)]
    [InlineData("api/samples/{id}", "/api//1", false)]
    [InlineData(".well-known/jwks.json", "/.well-known/jwks.json", true)]
    public void Matches_ComparesSegmentBySegment(string route, string path, bool expected)
    {
        var endpoint = new FunctionEndpoint("any", route, ["GET"], (MethodInfo)MethodBase.GetCurrentMethod()!);

        Assert.Equal(expected, endpoint.Matches(path));
    }
}
