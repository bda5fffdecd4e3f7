using System.Text;
using Gatehouse.Local;

namespace Gatehouse.Tests.Unit.Local;

public sealed class SettingsFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gatehouse-");

    private string FilePath => Path.Combine(_folder.FullName, "local.settings.json");

    [Fact]
    public void Read_NamesWithUnderscoresOrColons_AreTheSameSettings()
    {
        var settings = Read(
            """
            {
              "IsEncrypted": false, // as Core Tools write it
              "Host": { "LocalHttpPort": 7072 },
              "Values": {
                "FUNCTIONS_WORKER_RUNTIME": "dotnet-isolated",
                "Tokens__Issuer": "https://tokens.example",
                "Protection:TrustedIssuers:0__Authority": "https://issuer.example/",
                "RateLimits__Enabled": false,
                "Tokens__Audience": "",
              },
            }
            """);

        Assert.Equal("dotnet-isolated", settings["FUNCTIONS_WORKER_RUNTIME"]);
        Assert.Equal("https://tokens.example", settings["Tokens:Issuer"]);
        Assert.Equal("https://issuer.example/", settings["Protection:TrustedIssuers:0:Authority"]);
        Assert.Equal("False", settings["RateLimits:Enabled"]);
        Assert.Equal("", settings["Tokens:Audience"]);
        Assert.Equal(5, settings.Count);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{ "Values": {} }""")]
    [InlineData("""{ "IsEncrypted": false }""")]
    public void Read_NoValues_HasNoSettings(string json) => Assert.Empty(Read(json));

    [Fact]
    public void Read_FileThatBeginsWithAByteOrderMark_IsRead()
    {
        File.WriteAllText(FilePath, """{ "Values": { "Tokens__Audience": "x" } }""", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        Assert.Equal("x", Assert.Single(SettingsFile.Read(FilePath)).Value);
    }

    [Theory]
    [InlineData("{\n  \"Values\": {\n    \"A\": \"1\"\n    \"B\": \"2\"\n  }\n}", "line 4, is not valid JSON: ")]
    [InlineData("{\n  \"Values\": {", "line 2, is not valid JSON: ")]
    [InlineData("", "line 1, is not valid JSON: ")]
    [InlineData("[]", "is not a settings file: ")]
    [InlineData("""{ "Values": { "A": "1", "a": "2" } }""", "is not a settings file: ")]
    [InlineData("""{ "IsEncrypted": true, "Values": { "A": "AQAAANCMnd8B" } }""", "is encrypted. Decrypt it with: func settings decrypt")]
    public void Read_BrokenFile_NamesTheFileAndTheLine(string json, string expected)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Read(json));

        Assert.StartsWith(FilePath, exception.Message, StringComparison.Ordinal);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_FileThatDoesNotExist_NamesIt() =>
        Assert.StartsWith($"The settings file {FilePath} can't be read", Assert.Throws<IOException>(() => SettingsFile.Read(FilePath)).Message, StringComparison.Ordinal);

    public void Dispose() => _folder.Delete(recursive: true);

    private Dictionary<string, string?> Read(string json)
    {
        File.WriteAllText(FilePath, json);
        return SettingsFile.Read(FilePath).ToDictionary();
    }
}
