using Gatehouse.Local;

namespace Gatehouse.Tests.Unit.Local;

public sealed class HostArgumentsTests
{
    [Fact]
    public void TryParse_Nothing_ListensOnTheUsualPortWithTheDemo()
    {
        var arguments = Parse();

        Assert.Equal("http://localhost:7071", arguments.Urls);
        Assert.Equal(".local", arguments.DataFolder);
        Assert.True(arguments.WithDemo);
        Assert.False(arguments.UsesTables);
        Assert.False(arguments.IsHelp);
        Assert.Empty(arguments.Settings);
    }

    [Fact]
    public void TryParse_EveryOption_IsTaken()
    {
        var arguments = Parse("--urls", "http://*:80", "--data=a=b", "--no-demo", "--storage", "tables", "--environment", "Production", "--Tokens:Issuer=https://a/?b=c", "--Tokens:Audience", "x");

        Assert.Equal("http://*:80", arguments.Urls);
        Assert.Equal("a=b", arguments.DataFolder);
        Assert.False(arguments.WithDemo);
        Assert.True(arguments.UsesTables);
        Assert.Equal("Production", arguments.EnvironmentName);
        Assert.Equal("https://a/?b=c", arguments.Settings["tokens:issuer"]);
        Assert.Equal("x", arguments.Settings["Tokens:Audience"]);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public void TryParse_Help_IsTold(string option) => Assert.True(Parse(option).IsHelp);

    [Theory]
    [InlineData("The option --bogus is not known. See --help.", "--bogus", "1")]
    [InlineData("The option run is not known. See --help.", "run")]
    [InlineData("The option --storage takes sqlite or tables. 'disk' is neither.", "--storage=disk")]
    [InlineData("The option --data needs a value. See --help.", "--data")]
    [InlineData("The option --data needs a value. See --help.", "--data", " ")]
    [InlineData("The option --Tokens:Issuer needs a value. See --help.", "--Tokens:Issuer")]
    public void TryParse_BadCommandLine_NamesTheOption(string expected, params string[] args)
    {
        Assert.False(HostArguments.TryParse(args, out _, out var error));
        Assert.Equal(expected, error);
    }

    private static HostArguments Parse(params string[] args)
    {
        Assert.True(HostArguments.TryParse(args, out var arguments, out var error), error);
        return arguments;
    }
}
