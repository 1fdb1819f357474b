"""First names that people in France bear: a text that begins or ends with one may name a person.

The most frequent ones of the census of first names (Insee), folded; the rare ones are told by their column.
"""

from __future__ import annotations

from typing import Final

GIVEN_NAMES: Final = frozenset(
    """abdel adam adele adrien agathe agnes ahmed aicha alain albane albert alex alexandra alexandre alexis ali alice alicia aline amandine ambre
    amelie amina anais andre andrea andree angele angelique anna anne annick annie anthony antoine antonin antonio apolline ariane arlette armand
    arnaud arthur aude audrey augustin aurelie aurelien aurore axel ayoub baptiste bastien beatrice benedicte benjamin benoit bernadette bernard
    berthe bertrand brigitte bruno camille carine carla carlos carmen carole caroline catherine cecile cedric celia celine chantal charles charline
    charlotte chloe christelle christian christiane christine christophe claire clara clarisse claude claudette claudine clement clementine colette
    coralie corinne cyril cyrille damien daniel daniele danielle david deborah delphine denis denise diane didier dimitri dominique dorian
    edith edouard elena eliane elias elisa elisabeth elise elodie eloise elsa emile emilie emma emmanuel emmanuelle enzo eric erwan estelle esteban
    ethan etienne eugene eugenie eva evelyne fabien fabienne fabrice fanny fatiha fatima fatma felix fernand fernande florence florent florian
    franck francis francois francoise frederic frederique gabin gabriel gabrielle gael gaelle gaetan genevieve georges georgette gerald gerard
    germaine ghislaine gilbert gilberte gilles ginette giovanni gisele gregory guillaume gustave guy hakim hamid hassan helene henri henriette herve
    hugo hugues huguette ibrahim ines irene isabelle ismael jacky jacqueline jacques jade jean jeanne jeannine jeremie jeremy jerome jessica joel joelle
    johan jonathan jordan jose joseph josette josiane joris juan jules julia julie julien juliette justin justine karim karima karine katia kevin khadija
    killian kylian laetitia laura laure laurence laurent laurie lea leon leonie leo liam lilian liliane lina lionel lisa loic lola lorenzo lou louane louis
    louise lucas lucie lucien lucienne ludovic luc lucette lydia lydie maelys maeva magali malika manon manuel marc marcel marcelle margaux margot
    marguerite maria mariam marianne marie marion marius marthe martine martin maryse mateo mathias mathieu mathilde mathis matheo matthieu maud
    maurice max maxence maxime melanie melissa mehdi michael michel michele micheline mickael mireille mohamed mohammed monique morgan morgane mourad
    mustapha myriam nadege nadia nadine nael naima nathalie nathan nicolas nicole nina noa noah noe noemie noelle nolan odette odile oceane olivia
    olivier oscar paola pascal pascale patrice patricia patrick paul paula paule paulette pauline pedro philippe pierre pierrette quentin rachel rachid
    raoul raphael raymond raymonde rayan rebecca regine regis reine remi remy renaud rene renee richard robert robin rodolphe roger roland rolande romain
    romane romeo roselyne sabine sabrina sacha said salome samia samir samuel sandra sandrine sarah sebastien serge severine simon simone solange
    sofia solene sonia sophie stanislas stephane stephanie suzanne suzette sylvain sylvette sylviane sylvie tanguy theo theodore therese thibault thibaut
    thierry thomas tiffany timothe timothee tom tony tristan ugo valentin valentine valerie vanessa veronique victor victoria vincent violette
    virginie viviane wassim william xavier yanis yann yannick yasmine yassine yohan yolande youssef yves yvette yvonne zoe zohra""".split()
)
