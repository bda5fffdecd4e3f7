using Gatehouse.Local;

namespace Gatehouse.Tests.Unit.Local;

public sealed class ListenUrlsTests
{
    [Theory]
    [InlineData("http://localhost:7071", true)]
    [InlineData("http://localhost:7071/", true)]
    [InlineData("http://*:80", true)]
    [InlineData("http://+:80", true)]
    [InlineData("http://[::1]:8080; http://127.0.0.1:8080", true)]
    [InlineData("http://127.0.0.1:0", true)]
    [InlineData("", false)]
    [InlineData("localhost:7071", false)]
    [InlineData("https://localhost:7071", false)]
    [InlineData("http://localhost:99999", false)]
    [InlineData("http://localhost:80:80", false)]
    [InlineData("http://localhost:7071/base", false)]
    [InlineData("http://me:secret@localhost:7071", false)]
    [InlineData("http://localhost:7071;", false)]
    public void AreUsable_TakesHttpUrlsOfHostAndPort(string urls, bool expected) =>
        Assert.Equal(expected, ListenUrls.AreUsable(urls));

    [Theory]
    [InlineData("http://localhost:7071/", "http://localhost:7071")]
    [InlineData("http://127.0.0.1:7071;http://localhost:1", "http://127.0.0.1:7071")]
    [InlineData("http://*:7071", "http://localhost:7071")]
    [InlineData("http://+:80", "http://localhost")]
    [InlineData("http://0.0.0.0:7071", "http://localhost:7071")]
    [InlineData("http://[::]:7071", "http://localhost:7071")]
    [InlineData("http://[::1]:7071", "http://[::1]:7071")]
    public void ForCallers_EveryAddress_IsCalledByLocalhost(string urls, string expected) =>
        Assert.Equal(expected, ListenUrls.ForCallers(urls));
}
