using System.Text;
using Gatehouse.FunctionHost;

namespace Gatehouse.Tests.Unit.Local;

public sealed class RoutePrefixTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gatehouse-");

    [Theory]
    [InlineData("""{"extensions":{"http":{"routePrefix":""}}}""", "")]
    [InlineData("""{"extensions":{"http":{"routePrefix":"/v1/"}}}""", "v1")]
    [InlineData("""{"extensions":{"http":{"routePrefix":null}}}""", "api")]
    [InlineData("""{"extensions":{"http":{}}}""", "api")]
    [InlineData("""{"extensions":[]}""", "api")]
    [InlineData("{}", "api")]
    [InlineData("""{/* of ours */ "extensions":{"http":{"routePrefix":"v1",}},}""", "v1")]
    public void Read_TakesWhatTheFunctionsHostTakes(string json, string expected)
    {
        File.WriteAllText(HostJson, json);

        Assert.Equal(expected, RoutePrefix.Read(_folder.FullName));
    }

    [Fact]
    public void Read_FileThatBeginsWithAByteOrderMark_IsRead()
    {
        File.WriteAllText(HostJson, """{"extensions":{"http":{"routePrefix":"v1"}}}""", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal("v1", RoutePrefix.Read(_folder.FullName));
    }

    [Fact]
    public void Read_NoFile_IsTheDefaultOfTheFunctionsHost() => Assert.Equal("api", RoutePrefix.Read(_folder.FullName));

    [Fact]
    public void Read_NoJson_NamesTheFile()
    {
        File.WriteAllText(HostJson, "routePrefix: v1");

        Assert.StartsWith($"{HostJson} is not valid JSON: ", Assert.Throws<InvalidDataException>(() => RoutePrefix.Read(_folder.FullName)).Message, StringComparison.Ordinal);
    }

    private string HostJson => Path.Combine(_folder.FullName, "host.json");

    public void Dispose() => _folder.Delete(recursive: true);
}
